// Files are looked at before they are sent: nothing too large, empty or of another kind goes out, and it
// is said in words. The store would answer with code.
(() => {
  "use strict";
  const MEGA = 1000000;

  const inWords = (bytes) => (bytes >= MEGA ? `${bytes / MEGA} MB` : `${bytes / 1000} kB`);
  const said = (bytes) => (bytes >= MEGA ? `${(bytes / MEGA).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} kB`);
  /** What is wrong with a choice, or nothing. What a file holds is looked at once it has arrived. */
  function wrong(file, { most, kinds, suffixes }) {
    if (!file) return "Choose a file first.";
    if (!file.size) return "This file is empty. Choose another.";
    if (file.size > Number(most)) {
      return `This file is ${said(file.size)}. It can have ${inWords(Number(most))} at most: save it smaller, or choose another.`;
    }
    const ending = file.name.toLowerCase().split(".").pop();
    return suffixes.split(",").includes(ending) ? "" : `This isn’t ${kinds}. Choose another file.`;
  }

  function tell(field, message) {
    const around = field.closest(".field");
    around.querySelector(".field__error")?.remove();
    around.classList.toggle("field--wrong", Boolean(message));
    field.toggleAttribute("aria-invalid", Boolean(message));
    if (!message) return;
    const line = document.createElement("p");
    line.className = "field__error";
    line.id = `${field.id}-error`;
    line.setAttribute("role", "alert");
    field.before(line);
    line.textContent = message;
    const others = (field.getAttribute("aria-describedby") || "").split(" ");
    field.setAttribute("aria-describedby", [...new Set([...others, line.id])].join(" ").trim());
  }

  for (const form of document.querySelectorAll("form[data-most]")) {
    const field = form.querySelector("input[type=file]");
    field.addEventListener("change", () => tell(field, wrong(field.files[0], form.dataset)));
    form.addEventListener("submit", (event) => {
      const message = wrong(field.files[0], form.dataset);
      tell(field, message);
      if (!message) return;
      event.preventDefault();
      field.focus();
    });
  }
})();
