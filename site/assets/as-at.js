// A member's or permit's page as it was on a day (?on=2023-05-03). page.js loads this when a day is
// asked for, and hides the record until it is shown as on that day. Which period holds is chosen
// here from the record's document; the build has folded it.
(() => {
  "use strict";

  const TEXT = {
    title: (day, title) => `As on ${day}: ${title}`,
    asOn: (day) => `This page shows ${day}, not today.`,
    now: "What it says of that day is what the register says now. The name at the top is that of today. Published decisions and the history are on today’s page.",
    name: (name, until) => `The name was ${name} until ${until}.`,
    today: "Back to today",
    check: "Check a stamp of that day",
    on: (day, words) => `On ${day}: ${words}`,
    since: (day) => `Since ${day}`,
    period: (first, last) => (last ? `The same from ${first} to ${last}` : `The same since ${first}`),
    held: "Titles",
    withheld: "Titles that could not be used",
    none: "None",
    scope: "Scope of practice that day",
    noScope: "No scope of practice is recorded for that day.",
    noRight: "It gave no right to practise that day.",
    limits: "Limits:",
    conditions: "Conditions on practice that day",
    private: "A condition applied. Its wording is not public.",
    permits: "Permits this member was responsible for that day",
    fields: "Fields of practice that day",
    uncovered: "No responsible member’s scope covered this field.",
    responsible: "Responsible members that day",
    notInForce: "The permit wasn’t in force, so no one could practise under it. These members were named on it.",
    later: "What was recorded later",
    nothingLater: "Nothing about that day was recorded after it.",
    recorded: (day) => `What is shown here was recorded on ${day}.`,
    formerly: (from, until, words) => `From ${from} until ${until} the register said of that day: ${words}`,
    before: (first) => `The register tells of this record only from ${first} on.`,
    future: (day) => `The register is current to ${day}. It can’t tell of a later day yet.`,
    wrong: (text) => `“${text}” isn’t a day. Choose one below.`,
    failed: "The record can’t be read just now. Check your connection and load this page again.",
  };
  const root = document.documentElement;
  const record = document.querySelector(".record");
  const form = document.querySelector("form.as-at");
  const on = new URLSearchParams(location.search).get("on").trim();
  const kind = location.pathname.split("/")[2]; // members or permits

  const make = (name, className = "", ...content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content);
    return element;
  };
  const link = (href, ...text) => Object.assign(make("a", "", ...text), { href });
  const day = (iso) =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
  const isDay = (text) => {
    const read = new Date(`${text}T00:00:00Z`);
    return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(read.getTime()) && read.toISOString().startsWith(text);
  };
  const section = (id, title, ...content) => {
    const heading = make("h2", "", title);
    heading.id = id;
    const made = make("section", "", heading, ...content);
    made.setAttribute("aria-labelledby", id);
    return made;
  };
  const list = (className, items) => make("ul", className, ...items.map((item) => make("li", "", ...[item].flat())));
  const person = ({ number, name }, folder) => [
    link(`/register/${folder}/${number}/?on=${on}`, make("bdi", "", name)), " ", make("span", "number", number),
  ];

  async function read(path) {
    const response = await fetch(path, { cache: "no-cache" });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  // ---- What holds of the day, and what was said of it

  const statementsOf = (periods) =>
    periods
      .filter((one) => one.first_day <= on && (!one.last_day || on <= one.last_day))
      .sort((a, b) => (a.recorded_on < b.recorded_on ? -1 : 1));

  const summary = (one) =>
    [
      one.verdict.reason ? `${one.verdict.words} (${one.verdict.reason})` : one.verdict.words,
      ...(one.scopes || []).map((scope) =>
        [`${scope.designation}: ${scope.discipline}`, ...scope.activities, scope.text, scope.limits]
          .filter(Boolean).join(", ")),
      (one.responsible_members || one.responsible_for || []).map(({ name, number }) => `${name} (${number})`).join(", "),
      ...one.conditions.map((condition) => condition.text || TEXT.private),
    ].filter(Boolean).join("; ");

  // ---- The view

  function banner(...notes) {
    const check = `/check/?member=${location.pathname.split("/")[3]}&on=${on}`;
    const ways = make("p", "verdict__more screen", link(location.pathname, TEXT.today));
    if (kind === "members" && isDay(on)) ways.append(link(check, TEXT.check));
    const box = make("div", "alarm", make("div", "", ...notes.map((note) => make("p", "", note)), ways));
    box.setAttribute("role", "note");
    return box;
  }

  function verdict(period) {
    const { words, reason, since } = period.verdict;
    // Green is for who may practise today.
    const tone = period.verdict.tone === "good" ? "neutral" : period.verdict.tone;
    const why = make("p", "verdict__why");
    if (reason) why.append(make("strong", "", reason));
    if (since) why.append(make("span", "", TEXT.since(day(since))));
    const heading = make("h2", "", TEXT.on(day(on), words));
    heading.id = "verdict";
    const same = TEXT.period(day(period.first_day), period.last_day && day(period.last_day));
    const box = make("section", `verdict verdict--${tone}`, make("div", "", heading, why, make("p", "", same)));
    box.setAttribute("aria-labelledby", "verdict");
    return box;
  }

  function scopeBlock(scope) {
    const box = make("div", "scope", make("p", "scope__head", make("strong", "", scope.designation), ` ${scope.discipline}`));
    if (scope.text) box.append(make("p", "", scope.text));
    if (scope.activities.length) box.append(list("activities", scope.activities));
    if (scope.limits) box.append(make("p", "limits", make("strong", "", TEXT.limits), ` ${scope.limits}`));
    return box;
  }

  function titles(period) {
    const row = (name, codes) => make("div", "", make("dt", "", name), make("dd", "", codes.join(", ") || TEXT.none));
    const rows = [row(TEXT.held, period.designations)];
    if (period.withheld_designations.length) rows.push(row(TEXT.withheld, period.withheld_designations));
    return make("dl", "facts", ...rows);
  }

  function ofMember(period) {
    const permitted = period.verdict.answer === "permitted";
    const scopes = period.scopes.map(scopeBlock);
    if (scopes.length && !permitted) scopes.push(make("p", "caution", TEXT.noRight));
    const parts = [titles(period), section("scope", TEXT.scope, ...(scopes.length ? scopes : [make("p", "", TEXT.noScope)]))];
    if (period.responsible_for?.length) {
      parts.push(section("permits", TEXT.permits, list("linked", period.responsible_for.map((one) => person(one, "permits")))));
    }
    return parts;
  }

  function ofPermit(period) {
    const fields = period.fields.map((field) =>
      period.uncovered_fields.includes(field) ? [field, " ", make("span", "caution", TEXT.uncovered)] : field);
    const who = period.responsible_members.map((one) => person(one, "members"));
    const caution = who.length && period.verdict.answer !== "in_force" ? [make("p", "caution", TEXT.notInForce)] : [];
    return [
      ...(fields.length ? [section("fields", TEXT.fields, list("", fields))] : []),
      section("responsible", TEXT.responsible, ...caution, who.length ? list("linked", who) : make("p", "", TEXT.none)),
    ];
  }

  function conditions(period) {
    if (!period.conditions.length) return [];
    const items = period.conditions.map(({ text, since }) =>
      [text || TEXT.private, since ? make("span", "aside", ` ${TEXT.since(day(since)).toLowerCase()}`) : ""]);
    return [section("conditions", TEXT.conditions, list("conditions", items))];
  }

  function later(statements, period) {
    const lines = statements.filter((one) => one.corrected_on).map((one) =>
      TEXT.formerly(day(one.recorded_on > on ? one.recorded_on : on), day(one.corrected_on), summary(one)));
    if (period.recorded_on > on) lines.push(TEXT.recorded(day(period.recorded_on)));
    return section("later", TEXT.later, lines.length ? list("", lines) : make("p", "", TEXT.nothingLater));
  }

  const formerNames = ({ other_names: others, former_names: former }) =>
    (others || former)
      .filter((other) => other.kind === "former" && other.until > on)
      .map((other) => TEXT.name(other.name, day(other.until)));

  function view(told, current) {
    if (!isDay(on)) return [banner(TEXT.wrong(on))];
    if (on > current) return [banner(TEXT.future(day(current)))];
    const statements = statementsOf(told.periods);
    const period = statements.find((one) => !one.corrected_on);
    if (!period) {
      const days = told.periods.filter((one) => !one.corrected_on).map((one) => one.first_day);
      return [banner(make("strong", "", TEXT.asOn(day(on))), TEXT.before(day(days.sort()[0])))];
    }
    return [
      banner(make("strong", "", TEXT.asOn(day(on))), TEXT.now, ...formerNames(told)),
      verdict(period),
      ...(kind === "members" ? ofMember(period) : ofPermit(period)),
      ...conditions(period),
      later(statements, period),
    ];
  }

  async function show() {
    const head = record.querySelector(".record__head");
    head.querySelector(".record__post")?.remove(); // the titles of today
    let parts;
    try {
      // The day first: what is read after it is at least as new.
      const { as_of: current } = await read("/register/current.json");
      parts = view(await read(`${location.pathname}index.json`), current);
    } catch {
      parts = [banner(TEXT.failed)];
    }
    const tools = record.querySelector(".tools") || "";
    const foot = make("footer", "record__foot", make("p", "print", location.href));
    form.elements.namedItem("on").value = isDay(on) ? on : "";
    document.title = TEXT.title(isDay(on) ? day(on) : on, document.title);
    record.replaceChildren(head, ...parts, tools, form, foot);
    delete root.dataset.asAt;
  }

  show();
})();
