// What was typed into a form is there again after a reload, a link that was followed, or a file that was
// sent; but for consent, which is given to what is sent, and anew.
// It is kept in the tab alone, for whoever is signed in, for an hour at most; it goes once the form is
// sent, and on signing out.
(() => {
  "use strict";
  const BEGINS = "typed ";
  const KEY = BEGINS + location.pathname;
  const HOUR = 3600000; // ms
  const SOON = 400; // ms after the last key
  const TOLD = "What you had typed is here again. It isn’t saved yet.";
  const who = document.querySelector(".account__who bdi")?.textContent || "";
  const forms = [...document.querySelectorAll("form.form")].filter(
    ({ method, enctype }) => method === "post" && enctype !== "multipart/form-data",
  );
  const ticked = ({ type }) => type === "checkbox" || type === "radio";
  const NOT_KEPT = new Set(["hidden", "submit", "button", "file", "password"]);

  const fieldsOf = (form) =>
    [...form.elements].filter(
      ({ name, type, readOnly }) => name && name !== "consent" && !NOT_KEPT.has(type) && !readOnly,
    );
  /** A field within its form: several may have one name, such as boxes to tick and lines of links. */
  function nameOf(field) {
    if (ticked(field)) return `${field.name}=${field.value}`;
    const alike = fieldsOf(field.form).filter(({ name }) => name === field.name);
    return `${field.name}#${alike.indexOf(field)}`;
  }
  const valueOf = (field) => (ticked(field) ? field.checked : field.value);
  const chosen = ({ options }) => [...options].find((one) => one.defaultSelected)?.value ?? "";
  /** What the server had put there; where it had chosen nothing, a list shows its first line. */
  function givenOf(field) {
    if (ticked(field)) return field.defaultChecked;
    return field.options ? chosen(field) || (field.options[0]?.value ?? "") : field.defaultValue;
  }
  const choicesOf = ({ options }) => (options ? [...options].map(({ value }) => value).join() : "");

  // On a page with faults, or with what was typed before, the server has put there what somebody
  // typed, which no other page knows.
  const faulty = Boolean(document.querySelector(".faults, form.form > .said"));
  const problem = Boolean(document.querySelector("[data-problem]"));
  let sent = false;

  const every = () => Object.keys(sessionStorage).filter((key) => key.startsWith(BEGINS));
  /** What is done with the storage, which may be forbidden; then it is as without this script. */
  function tried(act) {
    try {
      return act();
    } catch {
      return undefined;
    }
  }
  const read = (key) => tried(() => JSON.parse(sessionStorage.getItem(key)));
  const drop = (key) => tried(() => sessionStorage.removeItem(key));

  function keep() {
    const kept = forms.map((form) => ({
      action: form.getAttribute("action"),
      version: form.elements.version?.value,
      fields: fieldsOf(form)
        .filter((field) => faulty || valueOf(field) !== givenOf(field))
        .map((field) => ({
          name: nameOf(field),
          value: valueOf(field),
          choices: choicesOf(field),
        })),
    }));
    if (!kept.some(({ fields }) => fields.length)) return drop(KEY);
    const said = JSON.stringify({ who, until: Date.now() + HOUR, sent, kept });
    return tried(() => sessionStorage.setItem(KEY, said));
  }

  /** Whatever was sent has arrived: pages that say that it didn't don't come here. */
  function forgetWhatWasSent() {
    for (const key of tried(every) || []) {
      const found = read(key);
      const isOver = !found || found.who !== who || found.until <= Date.now();
      if (isOver || found.sent) drop(key);
    }
  }

  function stillToSend() {
    for (const key of tried(every) || []) {
      const found = read(key);
      if (found) tried(() => sessionStorage.setItem(key, JSON.stringify({ ...found, sent: false })));
    }
  }

  /** Put values back; but the choice of a file isn't put over the file that was sent since. */
  function fill(form, values) {
    const there = new Map(fieldsOf(form).map((field) => [nameOf(field), field]));
    let filled = 0;
    for (const { name, value, choices } of values) {
      const field = there.get(name);
      if (!field || valueOf(field) === value || choicesOf(field) !== choices) continue;
      if (ticked(field)) field.checked = value;
      else field.value = value;
      filled += 1;
    }
    return filled;
  }

  function tell(form) {
    const line = document.createElement("p");
    line.className = "said";
    line.setAttribute("role", "status");
    form.prepend(line);
    line.textContent = `${TOLD} `;
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "link-button";
    clear.textContent = "Clear it";
    clear.addEventListener("click", () => {
      form.reset();
      line.remove();
      keep();
      form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    });
    line.append(clear);
  }

  function restore() {
    if (faulty || problem) return;
    for (const { action, version, fields } of read(KEY)?.kept || []) {
      const form = forms.find((one) => one.getAttribute("action") === action);
      if (!form || !fill(form, fields)) continue;
      // What somebody else has changed meanwhile is found out by the version that was typed over.
      if (version && form.elements.version) form.elements.version.value = version;
      tell(form);
    }
  }

  document.addEventListener("submit", ({ target }) => {
    if (!target.matches(".account__out")) return;
    sent = undefined;
    for (const key of tried(every) || []) drop(key);
  });
  // A page that says what went wrong: nothing has arrived, and all stays as it is.
  if (problem) return stillToSend();
  if (!who) return;
  forgetWhatWasSent();
  restore();
  let waiting;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => sent === false && keep(), SOON);
  };
  document.addEventListener("input", soon);
  document.addEventListener("change", soon);
  document.addEventListener("submit", ({ target }) => {
    if (forms.includes(target)) sent = true;
    if (forms.includes(target) || target.matches(".act")) keep();
  });
  window.addEventListener("pagehide", () => {
    if (sent === false && forms.length) keep();
  });
  // Back from a page that was sent to: it is as it was left.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) sent = false;
  });
})();
