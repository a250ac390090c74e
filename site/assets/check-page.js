// The page /check/: asks what a stamp says and shows what check.js, which comes before, decides.
//
// The answer stands in <section id="verdict" data-verdict="good|bad|unclear">. What is asked is kept
// in the address, so that an answer can be linked.
(() => {
  "use strict";

  const { check, TooOld } = globalThis.signetCheck;
  const RULES = "/check/rules.json";
  const NAMES = ["member", "permit", "on", "field"];
  const TONES = { good: "good", bad: "bad", unclear: "warn", note: "neutral" };
  const TEXT = {
    problem: "There is a problem",
    member: "Type the registration number on the stamp.",
    on: "Type the date on the stamp, such as 3 May 2023.",
    field: (field) => `“${field}” isn’t a field of this register. Choose one from the list.`,
    looking: "Checking…",
    failed: "The register can’t be reached just now. Check your connection and try again.",
    old: "This site was published before stamps could be checked here. Look at the record’s own page.",
    again: "Try again",
    copy: "Copy link",
    copied: "Link copied",
    uncopied: "Copy the address of this page instead.",
    print: "Print",
    checked: (today, current) => `Checked on ${today}; register current to ${current}.`,
    title: (answer, title) => `${answer}: ${title}`,
    asked: { member: "Registration number", on: "Date on the stamp", permit: "Permit number", field: "Field" },
    nothing: "none",
    source: { members: "The person’s page as it was that day", permits: "The permit’s page as it was that day" },
  };
  // The same shapes as on records: a disc with a tick, an octagon with a cross, a triangle.
  const SHAPES = {
    good: ["circle cx=24 cy=24 r=22", "path d=M13.500,24.500l7.500,7.500,14-15.500"],
    bad: ["path d=M15,2h18l13,13v18l-13,13H15L2,33V15z", "path d=M16,16l16,16m0-16l-16,16"],
    unclear: ["path d=M24,3l22,41h-44z", "path d=M24,18v12M24,37v.1"],
  };
  const SVG = "http://www.w3.org/2000/svg";

  const make = (name, className = "", ...content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content);
    return element;
  };
  const icon = (mark) => {
    const drawn = document.createElementNS(SVG, "svg");
    for (const [name, value] of [["class", "icon"], ["viewBox", "0 0 48 48"], ["aria-hidden", "true"]]) {
      drawn.setAttribute(name, value);
    }
    for (const shape of SHAPES[mark]) {
      const [name, ...attributes] = shape.split(" ");
      const element = document.createElementNS(SVG, name);
      for (const one of attributes) element.setAttribute(...one.split("="));
      drawn.append(element);
    }
    return drawn;
  };
  const button = (text, act) => {
    const made = make("button", "check__button", text);
    made.type = "button";
    made.addEventListener("click", () => act(made));
    return made;
  };
  const inWords = (day) =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
  const isDay = (text) => {
    const day = new Date(`${text}T00:00:00Z`);
    return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  };
  const today = () => {
    const now = new Date();
    return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())).toISOString().slice(0, 10);
  };

  async function read(path) {
    const response = await fetch(path, { cache: "no-cache" });
    if ([403, 404, 410].includes(response.status)) return null;
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  async function rulesOf() {
    const rules = await read(RULES);
    if (!rules) throw new TooOld();
    return rules;
  }

  /** Answer what is asked, as `signet check` does. */
  const answerTo = async (asked) => check(asked, await rulesOf(), read);
  globalThis.signetCheck.answerTo = answerTo;

  function enhance(form, place) {
    const title = document.title;
    let turn = 0; // of the latest question: whatever comes back for an earlier one is dropped

    const asked = () =>
      Object.fromEntries(NAMES.map((name) => [name, form.elements.namedItem(name).value.trim()]));
    const addressOf = (values) => {
      const given = NAMES.filter((name) => values[name]).map((name) => [name, values[name]]);
      return `${location.pathname}?${new URLSearchParams(given)}`;
    };

    function fill() {
      const given = new URLSearchParams(location.search);
      for (const name of NAMES) {
        const value = (given.get(name) || "").trim();
        const control = form.elements.namedItem(name);
        const same = (option) => option.value.toLowerCase() === value.toLowerCase();
        control.value = control.options ? [...control.options].find(same)?.value || "" : value;
      }
      return given;
    }

    /** What is wrong with the question: [name of the control, what to do]. */
    function problems(values, given) {
      const field = given?.get("field") || "";
      return [
        !values.member && ["member", TEXT.member],
        !isDay(values.on) && ["on", TEXT.on],
        field.trim() && !values.field && ["field", TEXT.field(field)],
      ].filter(Boolean);
    }

    function refuse(found) {
      turn += 1;
      mark(found);
      const items = found.map(([name, text]) => {
        const link = make("a", "", text);
        link.href = `#check-${name}`;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          form.elements.namedItem(name).focus();
        });
        return make("li", "", link);
      });
      const heading = make("h2", "", TEXT.problem);
      const box = make("section", "check__problem", heading, make("ul", "", ...items));
      heading.id = "problem";
      box.setAttribute("aria-labelledby", "problem");
      box.tabIndex = -1;
      place.replaceChildren(box);
      document.title = TEXT.title(TEXT.problem, title);
      box.focus();
    }

    function mark(found) {
      for (const name of NAMES) {
        const control = form.elements.namedItem(name);
        if (found.some(([wrong]) => wrong === name)) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      }
    }

    async function run(values, focus) {
      const mine = (turn += 1);
      mark([]);
      place.setAttribute("aria-busy", "true");
      if (!place.childElementCount) place.replaceChildren(make("p", "check__wait", TEXT.looking));
      try {
        const answer = await answerTo(values);
        if (mine !== turn) return;
        document.title = TEXT.title(answer.title, title);
        place.replaceChildren(...shown(answer));
        if (focus) document.getElementById("verdict").focus();
      } catch (error) {
        if (mine !== turn) return;
        document.title = title;
        const tryAgain = button(TEXT.again, () => run(values, true));
        const message = make("p", "", error instanceof TooOld ? TEXT.old : TEXT.failed);
        place.replaceChildren(make("div", "check__problem", message, ...(error instanceof TooOld ? [] : [tryAgain])));
      } finally {
        if (mine === turn) place.removeAttribute("aria-busy");
      }
    }

    /** Answer the address: nothing asked, something wrong with it, or a question. */
    function answerAddress() {
      const given = fill();
      if (!NAMES.some((name) => given.get(name))) {
        turn += 1;
        document.title = title;
        return place.replaceChildren();
      }
      const found = problems(asked(), given);
      return found.length ? refuse(found) : run(asked(), false);
    }

    form.noValidate = true; // its own sentences say more
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = asked();
      const found = problems(values);
      if (found.length) return refuse(found);
      const address = addressOf(values);
      if (address !== location.pathname + location.search) history.pushState(null, "", address);
      return run(values, true);
    });
    addEventListener("popstate", answerAddress);
    form.hidden = false;
    answerAddress();
  }

  // ---- The answer

  function shown(answer) {
    const head = make("h2", "", answer.title);
    // Green is for what is good without conditions.
    const conditional = answer.parts.some((part) => part.what === "conditions" && part.lines.length);
    const look = answer.verdict === "good" && conditional ? "unclear" : answer.verdict;
    head.id = "verdict-title";
    const box = make(
      "section",
      `verdict verdict--${TONES[look]}`,
      icon(look),
      make("div", "", head, make("p", "check__sentence", answer.sentence)),
    );
    box.id = "verdict";
    box.dataset.verdict = answer.verdict;
    box.tabIndex = -1;
    box.setAttribute("aria-labelledby", head.id);
    return [box, facts(answer), foot(answer)];
  }

  function facts(answer) {
    const list = make("dl", "facts check__parts");
    for (const part of answer.parts) {
      const told = make("dd", "", make("p", "", part.text));
      if (part.lines.length) told.append(make("ul", "", ...part.lines.map((line) => make("li", "", line))));
      const row = make("div", `check__part check__part--${TONES[part.verdict]}`, make("dt", "", part.title), told);
      row.dataset.part = part.what;
      row.dataset.verdict = part.verdict;
      list.append(row);
    }
    return list;
  }

  function foot(answer) {
    const current = inWords(answer.current_to);
    const question = NAMES.filter((name) => name !== "field" || answer.field)
      .map((name) => `${TEXT.asked[name]}: ${(name === "on" ? inWords(answer.on) : answer[name]) || TEXT.nothing}`)
      .join(" · ");
    const copy = button(TEXT.copy, async (made) => {
      try {
        await navigator.clipboard.writeText(location.href);
        made.textContent = TEXT.copied;
      } catch {
        made.textContent = TEXT.uncopied;
      }
    });
    const links = answer.sources.map((path) =>
      Object.assign(make("a", "", TEXT.source[path.split("/")[2]]), { href: `${path}?on=${answer.on}` }));
    return make(
      "footer",
      "check__foot",
      make("p", "", TEXT.checked(inWords(today()), current)),
      make("p", "check__asked", question),
      make("p", "print", location.href),
      make("p", "check__acts screen", copy, button(TEXT.print, () => print()), ...links),
    );
  }

  const form = document.getElementById("check");
  const place = document.getElementById("answer");
  if (form && place) enhance(form, place);
})();
