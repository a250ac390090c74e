// Pages with a form and a way to send files: what was typed is there again after a file was sent,
// but for consent, which is given to what is sent, and anew.
// It is kept in the tab alone, for whoever is signed in, until they are back or for an hour.
(() => {
  "use strict";
  const KEY = `typed ${location.pathname}`;
  const HOUR = 3600000; // ms
  const TOLD = "What you had typed is here again. It isn’t saved yet.";
  const who = document.querySelector(".account__who bdi")?.textContent || "";
  const forms = [...document.querySelectorAll("form.form")];
  const ticked = ({ type }) => type === "checkbox" || type === "radio";

  const fieldsOf = (form) =>
    [...form.elements].filter(
      ({ name, type }) => name && name !== "consent" && type !== "hidden" && type !== "submit",
    );
  /** A field within its form: several may have one name, such as boxes to tick and lines of links. */
  function nameOf(field) {
    if (ticked(field)) return `${field.name}=${field.value}`;
    const alike = fieldsOf(field.form).filter(({ name }) => name === field.name);
    return `${field.name}#${alike.indexOf(field)}`;
  }
  const valueOf = (field) => (ticked(field) ? field.checked : field.value);
  const chosen = ({ options }) => [...options].find((one) => one.defaultSelected)?.value ?? "";
  /** What the server had put there. */
  function givenOf(field) {
    if (ticked(field)) return field.defaultChecked;
    return field.options ? chosen(field) : field.defaultValue;
  }
  const choicesOf = ({ options }) => (options ? [...options].map(({ value }) => value).join() : "");

  // On a page with faults the server has put there what somebody typed, which no other page knows.
  const faulty = Boolean(document.querySelector(".faults"));

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
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ who, until: Date.now() + HOUR, kept }));
    } catch {
      // Storage may be forbidden; then it is as without this script.
    }
  }

  function take() {
    try {
      const text = sessionStorage.getItem(KEY);
      sessionStorage.removeItem(KEY);
      const found = JSON.parse(text);
      return found && found.who === who && found.until > Date.now() ? found.kept : [];
    } catch {
      return [];
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
    line.textContent = TOLD;
  }

  document.addEventListener("submit", ({ target }) => target.matches(".act") && keep());
  document.addEventListener("click", ({ target }) => target.closest(".file__acts a") && keep());
  const kept = take();
  if (faulty) return;
  for (const { action, version, fields } of kept) {
    const form = forms.find((one) => one.getAttribute("action") === action);
    if (!form || !fill(form, fields)) continue;
    // What somebody else has changed meanwhile is found out by the version that was typed over.
    if (version) form.elements.version.value = version;
    tell(form);
  }
})();
