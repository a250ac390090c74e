// Runs on every page, before anything is drawn: the reader's choice of colours, and the day up to
// which the register is current. Pages are complete without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const KEY = "register.scheme";
  const dark = matchMedia("(prefers-color-scheme: dark)");

  // Storage may be forbidden; then the choice lasts as long as the page.
  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const keep = (scheme) => {
    try {
      if (scheme) localStorage.setItem(KEY, scheme);
      else localStorage.removeItem(KEY);
    } catch {
      // nothing to do
    }
  };
  const show = (scheme) => {
    if (scheme) root.dataset.scheme = scheme;
    else delete root.dataset.scheme;
  };
  const system = () => (dark.matches ? "dark" : "light");

  show(kept());

  // A record as on a day (?on=2023-05-03): hidden until as-at.js shows it so, lest today's be read.
  const asked = new URLSearchParams(location.search).get("on");
  const dated = Boolean(asked) && /^\/register\/(members|permits)\/[^/]+\/$/.test(location.pathname);
  if (dated) root.dataset.asAt = "";

  function offerDays(form) {
    form.hidden = false;
    if (!dated) return;
    const { script: src, integrity } = form.dataset;
    const fail = () => {
      form.closest(".record").replaceChildren("The record of that day can’t be read just now. Load this page again.");
      delete root.dataset.asAt;
    };
    document.head.append(Object.assign(document.createElement("script"), { src, integrity, onerror: fail }));
  }

  function offerColours(button) {
    const tell = () =>
      button.setAttribute("aria-pressed", String((root.dataset.scheme || system()) === "dark"));
    button.hidden = false;
    button.addEventListener("click", () => {
      const wanted = (root.dataset.scheme || system()) === "dark" ? "light" : "dark";
      // Back at what the system asks for, the page follows the system again.
      const choice = wanted === system() ? null : wanted;
      keep(choice);
      show(choice);
      tell();
    });
    dark.addEventListener("change", tell);
    tell();
  }

  async function sayHowCurrent(places) {
    try {
      const answer = await fetch("/register/current.json");
      if (!answer.ok) return;
      const { as_of: day } = await answer.json();
      const words = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
      const text = `Register current to ${words.format(new Date(`${day}T00:00:00Z`))}`;
      for (const place of places) place.textContent = text;
    } catch {
      // The link that stands there already says where to look.
    }
  }

  function offerTools(tools) {
    const copy = tools.querySelector("[data-copy]");
    tools.querySelector("[data-print]").addEventListener("click", () => print());
    copy.addEventListener("click", async () => {
      const told = tools.querySelector("[role=status]");
      told.textContent = await navigator.clipboard.writeText(location.href).then(
        () => "Link copied",
        () => "Copy the address from the address bar",
      );
    });
    copy.hidden = !navigator.clipboard; // which only a secure page has
    tools.hidden = false;
  }

  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-tools]").forEach(offerTools);
    document.querySelectorAll("form.as-at").forEach(offerDays);
    const button = document.querySelector("[data-scheme-toggle]");
    if (button) offerColours(button);
    sayHowCurrent(document.querySelectorAll("[data-current]"));
  });
})();
