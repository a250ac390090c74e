// The pages of complaints: one thing at a time, a name looked up, the code copied and printed, the
// page left quickly. Everything works without this script, and of what is typed nothing is sent
// before "Check your answers". What is typed stays in the tab (sessionStorage) so that a reload loses
// nothing: until it is sent, the tab is closed, or the page is left quickly.
//
// Markup it works on:
//   <a data-leave href="…">                       leaves the page for another, without a trace of it
//   <form data-parts> <section data-part> <h2>…   one part is shown at a time; data-intro goes with
//                                                 the first; the button in .form__end sends it
//   <div data-find="/register/">                  gets the look-up, which fills in inputs "numbers"
//   <form data-keep="NAME">                       what is typed in it stays in the tab until it is sent
//   <form data-told-FIELD="…">                    what is said at once of an answer that is wrong
//   <li data-kept>                                says what stays on the device
//   <h1 data-sent>                                it was received: nothing of it stays
//   <form data-send>                              the form of the page with all answers
//   <button data-copy="ID" hidden> <button data-print hidden>
//
// On the page with the look-up it comes before lookup.js, which hands its parts to a `module` where
// there is one; all begins when both are there.
(() => {
  "use strict";

  const lookup = { exports: {} };
  globalThis.module = lookup;

  const TEXT = {
    at: (part, parts) => `Step ${part} of ${parts}`,
    on: "Continue",
    back: "Back",
    busy: "One moment…",
    unreachable:
      "We can’t be reached just now. Nothing was sent, and what you wrote is still here: check your connection, then try again.",
    find: "Find them in the register",
    findHint:
      "Type a name, a company or a number, then choose. What you type isn’t sent to us: this page reads the part of the public register that begins with the same letters.",
    found: (count) => `${count} found. Choose one, or type more.`,
    many: "Many match. Type more of the name, or a city.",
    none: "Nobody found. Check the spelling, or describe them below.",
    failed: "The register can’t be reached just now. Give the number yourself, or describe them below.",
    full: "There is room for no more. Name the others in your own words below.",
    picked: (what) => `${what}: the number is filled in.`,
    copied: "Copied. Now keep it somewhere safe.",
    select: "Couldn’t copy it: it is selected, so that you can.",
    kept: "What you write stays in this tab until you send it or close the tab, so a reload loses nothing. “Leave this page quickly” erases it. On a computer that others use, close the tab when you are done.",
    nobody: "Nobody on the public register has this number. Look at it once more; you can still send it.",
    tooLong: (most) => `This is too long: at most ${most.toLocaleString("en-CA")} characters.`,
  };
  const SHOWN = 8; // of what is found
  const PAUSE = 150; // ms without a key before a name is looked up

  const main = document.getElementById("content"); // there: the script is deferred
  const make = (name, className, text = "") => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.textContent = text;
    return element;
  };
  const button = (text, className, act) => {
    const made = make("button", className, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const focus = (element) => {
    if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
    element.focus();
  };

  /** Say in a form why it wasn't sent. */
  function say(form, text) {
    let place = form.querySelector("[data-why]");
    if (!place) {
      place = make("p", "complaint__why");
      place.dataset.why = "";
      place.setAttribute("role", "alert");
      form.querySelector(".form__end:last-of-type").before(place);
    }
    place.textContent = text;
    place.hidden = !text;
  }

  // ---- One thing at a time ---------------------------------------------------------------------

  class Parts {
    constructor(form) {
      this.form = form;
      this.title = document.title;
      this.parts = [...form.querySelectorAll("[data-part]")];
      this.intro = main.querySelector("[data-intro]");
      this.send = form.querySelector(".form__end button");
      this.on = button(TEXT.on, "button", () => this.goOn());
      this.back = button(TEXT.back, "button button--quiet", () => this.go(this.at - 1));
      this.send.before(this.on);
      this.send.after(this.back);
      this.parts.forEach((part, at) => {
        const words = make("span", "part__at", TEXT.at(at + 1, this.parts.length));
        part.querySelector("h2").prepend(words, " ");
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (this.at < this.parts.length - 1) this.goOn();
        else if (right(this.parts[this.at])) check(this);
      });
      main.querySelector(".faults")?.addEventListener("click", (event) => this.lead(event));
      this.show(this.first());
    }

    /** The part to begin with: that of the first fault, the one that the address names, the first. */
    first() {
      const fault = this.form.querySelector(".field--wrong, [aria-invalid=true]");
      const named = document.getElementById(location.hash.slice(1));
      return Math.max(0, this.parts.findIndex((part) => part.contains(fault || named)));
    }

    show(at) {
      this.at = Math.min(Math.max(at, 0), this.parts.length - 1);
      const last = this.at === this.parts.length - 1;
      this.parts.forEach((part, i) => (part.hidden = i !== this.at));
      if (this.intro) this.intro.hidden = this.at > 0;
      this.back.hidden = this.at === 0;
      this.on.hidden = last;
      this.send.hidden = !last;
      say(this.form, "");
      const words = TEXT.at(this.at + 1, this.parts.length);
      document.title = this.at ? `${words} – ${this.title}` : this.title;
    }

    /** Go on to the next part, once what was typed in this one is right. */
    goOn() {
      if (right(this.parts[this.at])) this.go(this.at + 1);
    }

    /** Show a part as a step of its own in the browser's history, and begin to read it there. */
    go(at) {
      history.pushState({ part: at }, "");
      this.arrive(at);
    }

    arrive(at) {
      this.show(at);
      focus(this.parts[this.at].querySelector("h2"));
      scrollTo(0, 0);
    }

    /** Follow a link of the summary of faults into the part that it leads to. */
    lead(event) {
      const link = event.target.closest("a[href^='#']");
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      const at = this.parts.findIndex((part) => part.contains(field));
      if (at !== this.at) history.pushState({ part: at }, "");
      this.show(at);
      const closed = field.closest("details");
      if (closed) closed.open = true;
      field.focus();
    }
  }

  // ---- What is wrong is said where it is typed, at once ------------------------------------------

  const looksLikeNumber = (text) =>
    /\p{Nd}/u.test(text) && text.length <= 40 && !/[^\p{L}\p{Nd}\s.,:#№º°/()_\-\u2010-\u2015]/u.test(text);
  const LIMIT = /[\d,]+/;

  /** The fields of a part that are wrong, each with what is said of it. */
  function faultsIn(part) {
    const told = part.closest("form").dataset;
    const all = (name) => [...part.querySelectorAll(`[name="${name}"]`)];
    const typed = (field) => field.value.trim();
    const faults = [];
    const numbers = all("numbers");
    for (const field of numbers)
      if (typed(field) && !looksLikeNumber(typed(field))) faults.push([field, told.toldNumbers]);
    for (const field of all("described"))
      if (!faults.length && !typed(field) && !numbers.some(typed))
        faults.push([field, told.toldDescribed]);
    for (const field of all("happened")) if (!typed(field)) faults.push([field, told.toldHappened]);
    for (const field of all("email"))
      if (typed(field) && !/^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$/.test(typed(field)))
        faults.push([field, told.toldEmail]);
    for (const field of part.querySelectorAll("textarea")) {
      const limit = document.getElementById(`${field.id}-limit`)?.textContent.match(LIMIT);
      const most = limit && Number(limit[0].replaceAll(",", ""));
      if (most && typed(field).length > most) faults.push([field, TEXT.tooLong(most)]);
    }
    return faults;
  }

  /** Tell whether a part is right; if not, say what isn't, and lead to the first of it. */
  function right(part) {
    const faults = faultsIn(part);
    const wrong = new Map(faults);
    part.querySelectorAll("input, textarea").forEach((field) => {
      if (!wrong.has(field)) unmark(field);
    });
    faults.forEach(([field, text]) => mark(field, text));
    if (!faults.length) return true;
    const closed = faults[0][0].closest("details");
    if (closed) closed.open = true;
    faults[0][0].focus();
    return false;
  }

  function mark(field, text) {
    unmark(field);
    const line = make("p", "field__error");
    line.id = `${field.id}-error`;
    line.dataset.atOnce = "";
    line.append(make("span", "hide", "Error: "), text);
    field.before(line);
    field.closest(".field").classList.add("field--wrong");
    field.setAttribute("aria-invalid", "true");
    const described = field.getAttribute("aria-describedby") || "";
    if (!described.split(" ").includes(line.id))
      field.setAttribute("aria-describedby", `${line.id} ${described}`.trim());
  }

  function unmark(field) {
    const line = document.getElementById(`${field.id}-error`);
    if (!line) return;
    line.remove();
    field.closest(".field").classList.remove("field--wrong");
    field.removeAttribute("aria-invalid");
  }

  // ---- What is typed stays in this tab ----------------------------------------------------------

  const STORED = "signet complaint ";
  const WAIT = 200; // ms without a key before it is kept

  /** The tab's own store, or null where the browser allows none. */
  function store() {
    try {
      return sessionStorage;
    } catch {
      return null;
    }
  }

  function forget(name = "") {
    const place = store();
    for (const key of Object.keys(place || {}))
      if (key.startsWith(STORED + name)) place.removeItem(key);
  }

  const fieldsOf = (form) =>
    [...form.elements].filter(
      ({ name, type }) => name && !["button", "submit", "search"].includes(type) && name !== "act" && name !== "receipt",
    );
  const ticked = ({ type }) => type === "checkbox" || type === "radio";

  function keeping(form) {
    const key = STORED + form.dataset.keep;
    let timer = 0;
    const keep = () => {
      const said = fieldsOf(form).map((field) => [field.name, ticked(field) ? field.checked : field.value]);
      try {
        store()?.setItem(key, JSON.stringify(said));
      } catch {
        // No room, or not allowed: then it is as without this.
      }
    };
    restore(form, key);
    const told = main.querySelector("[data-kept]");
    if (told && store()) told.textContent = TEXT.kept;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keep, WAIT);
    });
    addEventListener("pagehide", () => form.isConnected && form.dataset.left === undefined && keep());
    form.addEventListener("submit", ({ submitter }) => {
      // What is sent needn't stay; the rest of the page must.
      const sent = submitter?.name === "send" && form.elements[`text-${submitter.value}`];
      if (!sent) return;
      form.dataset.left = "";
      const value = sent.value;
      sent.value = "";
      keep();
      sent.value = value;
    });
  }

  /** Put back what was typed before a reload, unless the server has put something there. */
  function restore(form, key) {
    let said = null;
    try {
      said = JSON.parse(store()?.getItem(key) || "null");
    } catch {
      return;
    }
    const fields = fieldsOf(form);
    const given = (field) =>
      ticked(field) ? field.defaultChecked : field.type !== "hidden" && field.defaultValue.trim();
    const parts = form.hasAttribute("data-parts");
    if (!said || said.length !== fields.length || (parts && fields.some(given))) return;
    fields.forEach((field, at) => {
      const [name, value] = said[at];
      if (name !== field.name || given(field)) return;
      if (ticked(field)) field.checked = value;
      else field.value = value;
      const closed = value && !ticked(field) && field.closest("details");
      if (closed) closed.open = true;
    });
  }

  // ---- The page with all answers, without leaving this one: Back finds every word again --------

  const kept = { form: null, check: null, parts: null };

  async function check(parts) {
    const { form, send } = parts;
    const label = send.textContent;
    send.textContent = TEXT.busy;
    const page = await answerTo(form);
    send.textContent = label;
    if (!page) say(form, TEXT.unreachable);
    else if (!put(page)) say(form, page.querySelector("main .lead")?.textContent || TEXT.unreachable);
  }

  /** Send a form; return the page that is its answer, or null when we can't be reached. */
  async function answerTo(form) {
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return null;
    }
  }

  /** Put the main part of a page in place of this one's; tell whether it was one of ours. */
  function put(page) {
    const isCheck = Boolean(page.querySelector("form[data-send]"));
    if (!isCheck && !page.querySelector("form[data-parts]")) return false;
    if (isCheck) {
      kept.form = [...main.childNodes];
      history.pushState({ check: true }, "");
    }
    // The browser would warn that it has focused something already; that is done below.
    page.querySelectorAll("[autofocus]").forEach((element) => element.removeAttribute("autofocus"));
    main.replaceChildren(...page.getElementById("content").childNodes);
    document.title = page.title;
    if (isCheck) kept.check = [...main.childNodes];
    enhance(main);
    scrollTo(0, 0);
    focus(main.querySelector(".faults") || main.querySelector("h1"));
    return true;
  }

  /** Show the form again, as it was left, at a part. */
  function reopen(at) {
    if (!kept.form) return;
    if (!main.contains(kept.parts.form)) main.replaceChildren(...kept.form);
    kept.parts.arrive(at);
  }

  addEventListener("popstate", ({ state }) => {
    if (!kept.parts) return;
    if (state?.check && kept.check) {
      main.replaceChildren(...kept.check);
      focus(main.querySelector("h1"));
    } else if (kept.form) reopen(state?.part || 0);
    else kept.parts.arrive(state?.part || 0);
  });

  /** Of the page with all answers: change one without asking the server, and don't send in vain. */
  function sending(form) {
    form.addEventListener("submit", (event) => {
      const part = event.submitter?.formAction.split("#")[1];
      const at = part && kept.form ? kept.parts.parts.findIndex(({ id }) => id === part) : -1;
      if (at >= 0) {
        event.preventDefault();
        history.pushState({ part: at }, "");
        reopen(at);
      } else if (!navigator.onLine) {
        event.preventDefault();
        say(form, TEXT.unreachable);
      }
    });
  }

  // ---- Whom it is about ------------------------------------------------------------------------

  function finding(place) {
    const { asked, Finder } = lookup.exports;
    const finder = new Finder(async (path) => {
      const answer = await fetch(`${place.dataset.find}lookup/${path}`, {
        cache: "no-cache",
        credentials: "omit",
        referrerPolicy: "no-referrer", // that it was read from here is nobody's business
      });
      if ([403, 404, 410].includes(answer.status)) return null;
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
    const numbers = [...place.closest("form").querySelectorAll("input[name=numbers]")];
    const label = make("label", "", TEXT.find);
    const hint = make("p", "field__hint", TEXT.findHint);
    const input = Object.assign(make("input"), { type: "search", id: "find", autocomplete: "off" });
    const list = make("ul", "find__list");
    const voice = make("p", "find__voice");
    label.htmlFor = "find";
    hint.id = "find-hint";
    input.spellcheck = false;
    input.setAttribute("aria-describedby", "find-hint");
    list.setAttribute("role", "list");
    voice.setAttribute("role", "status");
    place.className = "field find";
    place.replaceChildren(label, hint, input, voice, list);

    let turn = 0;
    let timer = 0;
    const show = (text, ...items) => {
      voice.textContent = text;
      list.replaceChildren(...items);
    };

    async function look(mine) {
      try {
        if (!asked(input.value).length) return show("");
        const { matches, complete } = await finder.find(input.value.trim());
        if (mine !== turn) return undefined;
        const first = matches.slice(0, SHOWN).map(({ record }) => choice(record));
        const all = complete && matches.length <= SHOWN;
        if (!first.length && complete) return show(TEXT.none);
        return show(all ? TEXT.found(first.length) : TEXT.many, ...first);
      } catch {
        return mine === turn ? show(TEXT.failed) : undefined;
      }
    }

    function choice(record) {
      const made = button("", "find__choice", () => pick(record));
      const name = make("bdi", "find__name", record.label);
      made.append(name, " ", make("span", "find__detail", `${record.number} · ${record.detail}`));
      const item = make("li");
      item.append(made);
      return item;
    }

    /** Say whose the number is that was typed in a box, as the public register has it. */
    async function recognize(box) {
      const typed = box.value.trim();
      if (!looksLikeNumber(typed)) return name(box, "");
      const like = (text) => text.normalize("NFKC").replace(/\D/g, "").replace(/^0+/, "");
      try {
        for (const asked of new Set([typed, like(typed)])) {
          const { matches } = await finder.find(asked);
          if (box.value.trim() !== typed) return undefined;
          const records = matches.map(({ record }) => record);
          const found = records.filter(({ number }) => like(number) === like(typed));
          if (found.length) return name(box, found.map(whose).join(" / "));
        }
        return name(box, TEXT.nobody);
      } catch {
        return name(box, ""); // the page of all answers says it
      }
    }

    const whose = ({ label, detail }) => [label, detail].filter(Boolean).join(", ");

    function pick(record) {
      const box = numbers.find((one) => !one.value.trim() || one.value.trim() === record.number);
      if (!box) return show(TEXT.full);
      const closed = box.closest("details");
      if (closed) closed.open = true;
      box.value = record.number;
      name(box, whose(record));
      box.dispatchEvent(new Event("input", { bubbles: true })); // it is kept like what is typed
      name(box, whose(record));
      input.value = "";
      show(TEXT.picked(record.label));
      const form = box.form;
      const kind = form.querySelector(`input[name=about][value=${record.kind}]`);
      if (kind && !form.querySelector("input[name=about]:checked")) kind.checked = true;
      return box.focus();
    }

    /** Say beside a number whose it is, until it is changed. */
    function name(box, whose) {
      document.getElementById(`${box.id}-whose`).textContent = whose;
    }

    numbers.forEach((box) => {
      box.addEventListener("input", () => name(box, ""));
      box.addEventListener("change", () => recognize(box));
    });

    input.addEventListener("input", () => {
      clearTimeout(timer);
      turn += 1;
      timer = setTimeout(look, PAUSE, turn);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // it would go on to the next part
      list.querySelector("button")?.focus();
    });
  }

  // ---- The receipt -----------------------------------------------------------------------------

  function copying(copier) {
    const code = document.getElementById(copier.dataset.copy);
    const voice = make("span", "complaint__copied");
    voice.setAttribute("role", "status");
    copier.after(voice);
    copier.hidden = false;
    copier.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent.trim());
        voice.textContent = TEXT.copied;
      } catch {
        getSelection().selectAllChildren(code);
        voice.textContent = TEXT.select;
      }
    });
  }

  function printing(printer) {
    printer.hidden = false;
    printer.addEventListener("click", () => print());
  }

  function enhance(root) {
    if (root.querySelector("[data-sent]")) forget();
    root.querySelectorAll("form[data-keep]").forEach(keeping);
    root.querySelectorAll("[data-find]").forEach(finding);
    root.querySelectorAll("form[data-parts]").forEach((form) => (kept.parts = new Parts(form)));
    root.querySelectorAll("form[data-send]").forEach(sending);
    root.querySelectorAll("[data-copy]").forEach(copying);
    root.querySelectorAll("[data-print]").forEach(printing);
  }

  // Whoever must leave does so at once, and Back doesn't lead here again.
  document.querySelectorAll("a[data-leave]").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      forget();
      document.body.replaceChildren();
      document.title = "";
      location.replace(link.href);
    }),
  );
  addEventListener("DOMContentLoaded", () => {
    delete globalThis.module;
    enhance(main);
  });
})();
