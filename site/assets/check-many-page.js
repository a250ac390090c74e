// The page /check/many/: takes a list, shows what check-many.js answers. What is typed stays in this
// tab, in the page's place in the history, and is there again after a reload or on coming back.
(() => {
  "use strict";

  const many = globalThis.signetCheckMany;
  const { Finder, numberWords } = globalThis.signetLookup;
  const LARGEST = 1_000_000; // bytes of a file
  const TEXT = {
    empty: "Type or paste at least one number.",
    none: "No line has a registration or permit number, such as 100001 or P-1011.",
    most: (count) => `This list has ${count} numbers. At most ${many.MOST} can be checked at once: divide it.`,
    large: "This file is too large for a list of numbers.",
    format: "This file isn’t plain text. Save it as CSV, then choose it again.",
    day: "Type the day in full, such as 3 May 2023.",
    future: (day) => `The register is current to ${day}. Choose that day or an earlier one.`,
    failed: "The register can’t be reached just now. Check your connection and try again. Your list is still here.",
    checking: (done, count) => `Checked ${done} of ${count}…`,
    found: (problems, count) =>
      `${problems || "None"} of ${count} ${problems === 1 ? "needs" : "need"} a look`,
    day_of: (day, current) => `Standing on ${day}. Register current to ${current}.`,
    others: (lines) =>
      `${lines.length === 1 ? "One line has" : `${lines.length} lines have`} no number and ` +
      `${lines.length === 1 ? "was" : "were"} left out: ${lines.slice(0, 5).map((one) => `“${one.slice(0, 40)}”`).join(", ")}`,
    repeated: (count) => `${count} repeated ${count === 1 ? "number is" : "numbers are"} listed once.`,
    columns: ["Number", "Name", "Standing", "Since", "More"],
    conditions: (count) => `${count} ${count === 1 ? "condition" : "conditions"} on practice`,
    until: (day) => `until ${day}`,
    as: (given) => `given as ${given}`,
  };
  const TONES = { nobody: "bad", unclear: "warn", unread: "warn" };

  const make = (name, className = "", ...content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content);
    return element;
  };
  const inWords = (day) =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

  async function read(path) {
    const response = await fetch(path, { cache: "no-cache" });
    if ([403, 404, 410].includes(response.status)) return null;
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  function rowOf(answer, on) {
    const { given, number, kind, name, words, tone, since, reason, until, conditions, titles } = answer;
    const address = `/register/${kind}s/${encodeURIComponent(number)}/${on ? `?on=${on}` : ""}`;
    const who = number ? Object.assign(make("a", "", make("bdi", "", name)), { href: address }) : "–";
    const more = [
      reason, until && TEXT.until(inWords(until)), conditions && TEXT.conditions(conditions), titles,
      number && number !== given && TEXT.as(given),
    ].filter(Boolean).join(" · ");
    const head = make("th", "", number || given);
    head.scope = "row";
    return make("tr", "", head, make("td", "", who),
      make("td", "", make("span", `status status--${TONES[tone] || tone}`, words)),
      make("td", "", since && inWords(since)), make("td", "", more));
  }

  function tableOf(answers, on) {
    const head = make("tr", "", ...TEXT.columns.map((text) => Object.assign(make("th", "", text), { scope: "col" })));
    const table = make("table", "rows many__table", make("thead", "", head));
    table.append(make("tbody", "", ...answers.map((answer) => rowOf(answer, on))));
    const scroll = make("div", "many__scroll", table);
    Object.assign(scroll, { tabIndex: 0 });
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-labelledby", "many-found");
    return scroll;
  }

  function enhance(form) {
    const { list, on, file } = form.elements;
    const results = document.getElementById("many-results");
    const problem = document.getElementById("many-problem");
    const voice = document.getElementById("many-voice");
    let turn = 0; // of the latest check: an earlier one's answers are dropped

    const remember = () =>
      history.replaceState({ ...history.state, many: { list: list.value, on: on.value } }, "");
    const kept = history.state?.many;
    if (kept && !list.value) [list.value, on.value] = [kept.list, kept.on];

    function refuse(text, control = list) {
      problem.textContent = text;
      problem.hidden = false;
      for (const one of [list, on]) one.removeAttribute("aria-invalid");
      control.setAttribute("aria-invalid", "true");
      control.focus();
    }

    function accept() {
      problem.hidden = true;
      problem.textContent = "";
      for (const one of [list, on]) one.removeAttribute("aria-invalid");
    }

    async function run() {
      const mine = (turn += 1);
      remember();
      results.replaceChildren();
      const { numbers, others, repeated } = many.numbersIn(list.value);
      if (!list.value.trim()) return refuse(TEXT.empty);
      if (!numbers.length) return refuse(TEXT.none);
      if (numbers.length > many.MOST) return refuse(TEXT.most(numbers.length));
      if (on.validity.badInput) return refuse(TEXT.day, on);
      accept();
      form.setAttribute("aria-busy", "true");
      try {
        const current = (await read("/register/current.json")).as_of;
        if (on.value > current) return refuse(TEXT.future(inWords(current)), on);
        const finder = new Finder((path) => read(`/register/lookup/${path}`));
        await finder.ready();
        const how = { on: on.value, current, finder, numberWords, read };
        let done = 0;
        const answers = await many.each(numbers, async (number) => {
          const answer = mine === turn ? await many.check(number, how) : null;
          done += 1;
          if (mine === turn && done % 25 === 0) voice.textContent = TEXT.checking(done, numbers.length);
          return answer;
        });
        if (mine === turn) show(many.problemsFirst(answers), on.value, current, others, repeated);
      } catch {
        if (mine === turn) refuse(TEXT.failed);
      } finally {
        if (mine === turn) form.removeAttribute("aria-busy");
      }
      return undefined;
    }

    function show(answers, day, current, others, repeated) {
      const found = TEXT.found(answers.filter(many.isProblem).length, answers.length);
      const heading = make("h2", "", found);
      Object.assign(heading, { id: "many-found", tabIndex: -1 });
      const notes = [
        TEXT.day_of(inWords(day || current), inWords(current)),
        others.length && TEXT.others(others), repeated && TEXT.repeated(repeated),
      ].filter(Boolean);
      const save = make("a", "many__save", "Download as CSV");
      save.href = URL.createObjectURL(new Blob([many.csvOf(answers, day, current)], { type: "text/csv" }));
      save.download = `register-check-${day || current}.csv`;
      const print = Object.assign(make("button", "tool", "Print"), { type: "button" });
      print.addEventListener("click", () => globalThis.print());
      results.replaceChildren(heading, ...notes.map((text) => make("p", "many__note", text)),
        make("p", "many__acts", save, " ", print), tableOf(answers, day));
      voice.textContent = found;
      heading.focus();
    }

    async function take(chosen) {
      if (!chosen) return;
      if (chosen.size > LARGEST) return refuse(TEXT.large);
      const text = await chosen.text();
      if (/[\0\ufffd]/.test(text) || text.startsWith("PK")) return refuse(TEXT.format);
      accept();
      list.value = text.replace(/^\ufeff/, "");
      remember();
      list.focus();
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
    form.addEventListener("input", remember);
    file.addEventListener("change", () => take(file.files[0]));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return; // text drops where it is dropped
      event.preventDefault();
      take(event.dataTransfer.files[0]);
    });
    form.hidden = false;
  }

  enhance(document.getElementById("many"));
})();
