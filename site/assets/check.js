// The decision on a stamp, from published documents alone: the same steps, under the same names, as
// signet/publish/stamped/decision.py, which says what they mean; a test compares the two.
// check-page.js shows it; lists and sentences come from /check/rules.json.
(() => {
  "use strict";

  class TooOld extends Error {}

  const FROM_WORST = ["bad", "unclear", "good"];
  const compare = (a, b) => (a < b ? -1 : Number(a > b));
  const ended = (sentence) => (!sentence || /[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

  /** All that the register says and said of a day, the first to be said first. */
  function covering(document, on) {
    if (!document) return [];
    if (!document.periods) throw new TooOld();
    return document.periods
      .filter((one) => one.first_day <= on && (!one.last_day || on <= one.last_day))
      .sort((a, b) => compare(a.recorded_on, b.recorded_on));
  }

  const ofDay = (document, on) => covering(document, on).find((one) => !one.corrected_on);

  const firstDay = (document) =>
    document.periods.filter((one) => !one.corrected_on).map((one) => one.first_day).sort()[0];

  /** Answer what is asked: { member, permit, on, field } by { current_to, member, permit }. */
  function decide(asked, documents, rules) {
    const { member, permit } = documents;
    const period = ofDay(member, asked.on);
    const term = ofDay(permit, asked.on);
    let scopes = []; // of the day, where they give a right to practise

    const day = (iso) => {
      const [year, month, number] = iso.split("-").map(Number);
      return `${number} ${rules.months[month - 1]} ${year}`;
    };
    const values = {
      ...asked,
      on: day(asked.on),
      name: member ? member.name : "",
      holder: permit ? permit.name : "",
      current_to: day(documents.current_to),
      others: rules.others,
    };
    const say = (key, more) => {
      const all = { ...values, ...more };
      // "Ltd." needs no second full stop.
      return rules.sentences[key].replace(/\{(\w+)\}(\.?)/g, (_, name, stop) =>
        all[name].endsWith(".") ? all[name] : all[name] + stop);
    };
    const part = (what, verdict, key, more = {}, lines = []) => ({
      what, title: rules.titles[what], verdict, text: say(key, more), lines,
    });

    // ---- The member

    function standing() {
      if (!member) return part("standing", "unclear", "standing.nobody");
      if (!period) return part("standing", "unclear", "standing.before", { first: day(firstDay(member)) });
      const { verdict, designations: titles } = period;
      if (rules.not_known.member.includes(verdict.reason)) return part("standing", "unclear", "standing.not_known");
      if (verdict.answer === "permitted") {
        const codes = titles.filter((code) => rules.practising.includes(code));
        scopes = period.scopes.filter((scope) => codes.includes(scope.designation));
        const since = day(verdict.since || period.first_day);
        return part("standing", "good", "standing.permitted", {
          words: verdict.words, since, titles: titles.join(", "),
        });
      }
      if (!rules.standing_words.includes(verdict.words)) {
        return part("standing", "bad", "standing.forbidden", { reason: verdict.reason || verdict.words });
      }
      return titled(titles);
    }

    function titled(titles) {
      const title = titles.find((one) => Object.hasOwn(rules.beside, one));
      if (title) return part("standing", "unclear", "standing.beside", { title, beside: rules.beside[title] });
      const key = titles.length ? "standing.titled" : "standing.untitled";
      return part("standing", "bad", key, { titles: titles.join(", ") });
    }

    const scopeLine = (scope) =>
      [
        say("scope.head", scope),
        scope.activities.length && say("scope.activities", { activities: scope.activities.join(", ") }),
        scope.text,
        scope.limits && say("scope.limits", scope),
      ].filter(Boolean).map(ended).join(" ");

    const scope = () => (scopes.length ? [part("scope", "note", "scope.held", {}, scopes.map(scopeLine))] : []);

    // ---- The permit

    function permitParts() {
      if (!asked.permit) return [part("permit", "note", "permit.none")];
      if (!permit) return [part("permit", "unclear", "permit.unknown")];
      if (!term) return [part("permit", "unclear", "permit.before", { first: day(firstDay(permit)) })];
      return term.responsible_members.length && period ? [inForce(), responsible()] : [inForce()];
    }

    function inForce() {
      const { verdict } = term;
      const reason = verdict.reason || verdict.words;
      if (rules.not_known.permit.includes(reason)) return part("permit", "unclear", "permit.not_known");
      if (verdict.answer !== "in_force") return part("permit", "bad", "permit.not_in_force", { reason });
      if (!rules.answered_words.includes(verdict.words)) return part("permit", "bad", "permit.unanswered", { reason });
      const since = day(verdict.since || term.first_day);
      return part("permit", "good", "permit.in_force", { words: verdict.words, since });
    }

    const isResponsible = () =>
      Boolean(term) && term.responsible_members.some((one) => one.number === asked.member);

    function responsible() {
      if (isResponsible()) return part("responsible", "good", "responsible.is");
      const lines = term.responsible_members.map((one) => say("member.named", one));
      return part("responsible", "note", "responsible.under", {}, lines);
    }

    // ---- The field, the conditions, and what isn't told

    function field() {
      if (!scopes.length) return [];
      const held = scopes.map((one) => one.discipline);
      if (asked.field) return [oneField(held)];
      if (!term || !term.fields.length || term.fields.some((one) => held.includes(one))) return [];
      return [part("field", "bad", "field.apart", { fields: term.fields.join(", ") })];
    }

    function oneField(held) {
      if (!held.includes(asked.field)) return part("field", "bad", "field.outside");
      if (term && term.fields.length && !term.fields.includes(asked.field)) {
        return part("field", "bad", "field.not_permit");
      }
      if (term && term.uncovered_fields.includes(asked.field)) return part("field", "bad", "field.unanswered");
      return part("field", "good", "field.covered");
    }

    const condition = ({ text, since }) =>
      `${ended(text) || say("condition.private")}${since ? ` ${say("condition.since", { since: day(since) })}` : ""}`;

    const conditionsOfDay = () => [
      ...(period ? period.conditions : []).map(condition),
      ...(term ? term.conditions : []).map((one) => `${say("condition.permit")} ${condition(one)}`),
    ];

    function conditions() {
      const lines = conditionsOfDay();
      if (!lines.length && !scopes.length) return [];
      return [part("conditions", "note", lines.length ? "conditions.some" : "conditions.none", {}, lines)];
    }

    function learned() {
      if (!period && !term) return [];
      const lines = [...late(member), ...late(permit)];
      return [part("learned", "note", lines.length ? "learned.some" : "learned.nothing", {}, lines)];
    }

    const late = (document) =>
      runs(document).flatMap(({ recorded, corrected, text }) => {
        const told = { who: document.name, statement: text };
        if (corrected) {
          const from = day(recorded > asked.on ? recorded : asked.on);
          return [say("learned.then", { ...told, from, until: day(corrected) })];
        }
        return recorded > asked.on ? [say("learned.now", { ...told, recorded: day(recorded) })] : [];
      });

    /** What the register said of the day: from which day, until which, and the text. */
    function runs(document) {
      const found = [];
      for (const one of covering(document, asked.on)) {
        const text = statement(one);
        const before = found.at(-1);
        if (before && before.text === text) before.corrected = one.corrected_on;
        else found.push({ recorded: one.recorded_on, corrected: one.corrected_on, text });
      }
      return found;
    }

    function statement(one) {
      const { words, reason } = one.verdict;
      const parts = [reason ? `${words} (${reason})` : words];
      if (one.scopes) parts.push(one.designations.join(", "), ...one.scopes.map(scopeLine));
      else {
        const named = one.responsible_members.map((other) => say("member.named", other));
        parts.push(one.fields.join(", "), named.join(", "));
      }
      return [...parts, ...one.conditions.map(condition)].filter(Boolean).map(ended).join(" ");
    }

    function untold() {
      const lines = term && !isResponsible() ? [say("untold.employed")] : [];
      return part("untold", "note", "untold.genuine", {}, lines);
    }

    function allIsWell() {
      const how = isResponsible() ? "responsible" : "under";
      return say(`good.${term ? how : "own_name"}`, {
        in_field: asked.field ? say("in_field") : "",
        within: say(conditionsOfDay().length ? "within.conditions" : "within.scope"),
      });
    }

    const sources = () =>
      [period && `/register/members/${asked.member}/`, term && `/register/permits/${asked.permit}/`].filter(Boolean);

    const parts = asked.on > documents.current_to
      ? [part("standing", "unclear", "standing.future"), untold()]
      : [standing(), ...scope(), ...permitParts(), ...field(), ...conditions(), ...learned(), untold()];
    const verdict = FROM_WORST.find((mark) => parts.some((one) => one.verdict === mark));
    const conditional = verdict === "good" && conditionsOfDay().length;
    const deciding = parts.find((one) => one.verdict === verdict);
    return {
      verdict,
      title: rules.titles[conditional ? "conditional" : verdict],
      sentence: verdict === "good" ? allIsWell() : deciding.text,
      ...asked,
      current_to: documents.current_to,
      sources: asked.on > documents.current_to ? [] : sources(),
      parts,
    };
  }

  // ---- The files that are needed, always asking whether a kept copy is still the one

  const NUMBER = /^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/; // no other has an address

  /** Check what is asked against the files of the site by `read`, which gives null for no file. */
  async function check(asked, rules, read) {
    // The day first: what is read after it is at least as new.
    const current = await read("/register/current.json");
    if (!current) throw new TooOld();
    const [member, permit] = await Promise.all([
      record("members", asked.member, read), record("permits", asked.permit, read),
    ]);
    const documents = { current_to: current.as_of, member, permit };
    return decide(asRegistered(asked, documents), documents, rules);
  }

  /** A record's document; a number may be written in small letters. */
  async function record(kind, number, read) {
    for (const spelt of new Set([number, number.toUpperCase()])) {
      const found = NUMBER.test(spelt) && (await read(`/register/${kind}/${spelt}/index.json`));
      if (found) return found;
    }
    return null;
  }

  const asRegistered = (asked, { member, permit }) => ({
    ...asked,
    member: member ? member.number : asked.member,
    permit: permit ? permit.number : asked.permit,
  });

  const parts = { check, decide, TooOld };
  if (typeof module === "object" && module.exports) module.exports = parts;
  else globalThis.signetCheck = parts;
})();
