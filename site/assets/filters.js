// Filters and order for what a page already has: rows of a list, results of the look-up. Asks the
// network nothing. What is chosen is in the address. The first part is pure, and tested without a page.
//
// An item is { kind, status, designation, discipline, city } (lists of words) and { name, day }.
(() => {
  "use strict";

  const FACETS = {
    kind: "Person or company",
    status: "Status",
    designation: "Designation",
    discipline: "Discipline",
    city: "City",
  };
  const NAMES = Object.keys(FACETS);
  const SORTS = { "": "As listed", name: "Name", city: "City", status: "Status", day: "Latest first" };
  const KINDS = { member: "People", permit: "Companies" };
  const text = new Intl.Collator("en-CA", { numeric: true, sensitivity: "base" });
  const first = (item, facet) => item[facet][0] ?? "\uffff"; // those without one come last
  const ORDERS = {
    name: (a, b) => text.compare(a.name, b.name),
    city: (a, b) => text.compare(first(a, "city"), first(b, "city")) || ORDERS.name(a, b),
    status: (a, b) => text.compare(first(a, "status"), first(b, "status")) || ORDERS.name(a, b),
    day: (a, b) => (a.day < b.day) - (a.day > b.day) || ORDERS.name(a, b),
  };

  const fits = (item, chosen, facet) => !chosen[facet] || item[facet].includes(chosen[facet]);

  /** The items that fit all that is chosen, in the order that is chosen. */
  function filtered(items, chosen) {
    const found = items.filter((item) => NAMES.every((facet) => fits(item, chosen, facet)));
    return ORDERS[chosen.sort] ? found.sort(ORDERS[chosen.sort]) : found;
  }

  /** How many each value of a facet would leave, with what is chosen of the other facets. */
  function counted(items, chosen, facet) {
    const others = { ...chosen, [facet]: "" };
    const counts = new Map(items.flatMap((item) => item[facet].map((value) => [value, 0])));
    if (chosen[facet]) counts.set(chosen[facet], 0);
    for (const item of filtered(items, others)) {
      for (const value of new Set(item[facet])) counts.set(value, counts.get(value) + 1);
    }
    return [...counts].sort(([a], [b]) => text.compare(a, b));
  }

  /** What an address chooses; anything else in it is left alone. */
  function read(address) {
    const { searchParams: asked } = new URL(address);
    const sort = Object.hasOwn(ORDERS, asked.get("sort") || "") ? asked.get("sort") : "";
    return Object.fromEntries([...NAMES.map((facet) => [facet, asked.get(facet) || ""]), ["sort", sort]]);
  }

  function write(address, chosen) {
    const written = new URL(address);
    for (const name of [...NAMES, "sort"]) {
      if (chosen[name]) written.searchParams.set(name, chosen[name]);
      else written.searchParams.delete(name);
    }
    return written.href;
  }

  const parts = { NAMES, filtered, counted, read, write };
  if (typeof module === "object" && module.exports) {
    module.exports = parts;
    return;
  }

  // ---- On a page -------------------------------------------------------------------------------

  const make = (name, className, words = "") => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.textContent = words;
    return element;
  };
  const optionOf = (value, words, selected) =>
    Object.assign(make("option", "", words), { value, selected: value === selected });

  /** The controls over some items: `element` to put on the page, `onChange` for when they are used. */
  class Panel {
    constructor(onChange, finder) {
      this.finder = finder;
      this.chosen = read(location.href);
      this.element = make("div", "filters");
      const details = make("details", "narrower");
      this.fields = make("div", "filters__fields");
      this.told = make("p", "filters__told");
      this.told.setAttribute("role", "status");
      this.clear = Object.assign(make("button", "tool", "Clear filters"), { type: "button" });
      this.clear.addEventListener("click", () => {
        this.choose({}, onChange);
        details.firstChild.focus(); // the button is gone
      });
      this.selects = {};
      for (const [name, label] of Object.entries({ ...FACETS, sort: "Order" })) {
        const select = make("select");
        select.addEventListener("change", () => this.choose({ ...this.chosen, [name]: select.value }, onChange));
        select.id = `filter-${name}`;
        const field = make("div");
        field.append(Object.assign(make("label", "", label), { htmlFor: select.id }), select);
        this.selects[name] = select;
        this.fields.append(field);
      }
      details.append(make("summary", "", "Filter and sort"), this.fields);
      // On a phone it would push what is left of the results off the screen.
      details.open = this.active && matchMedia("(min-width: 40rem)").matches;
      this.element.append(details, this.told, this.clear);
    }

    get active() {
      return [...NAMES, "sort"].some((name) => this.chosen[name]);
    }

    choose(chosen, onChange) {
      this.chosen = { ...read("about:blank"), ...chosen };
      history.replaceState(history.state, "", write(location.href, this.chosen));
      onChange();
    }

    /** The same for results of the look-up: those that are left. */
    overResults({ matches, complete }) {
      const items = matches.map((match) => resultOf(match, this.finder.disciplinesOf(match.record)));
      const note = complete || !this.active ? "" : "There may be more: filters see only these results.";
      return this.over(items, ["Best match", "name", "city", "status"], note).map(({ match }) => match);
    }

    /** Offer what tells these items apart, and return those that are left. */
    over(items, sorts, note = "") {
      let useful = false;
      for (const facet of NAMES) {
        const counts = counted(items, this.chosen, facet);
        const telling = counts.length > 1 || Boolean(this.chosen[facet]);
        useful ||= telling;
        this.selects[facet].parentNode.hidden = !telling;
        const words = (value) => (facet === "kind" ? KINDS[value] || value : value);
        this.selects[facet].replaceChildren(
          optionOf("", "Any", this.chosen[facet]),
          ...counts.map(([value, count]) => optionOf(value, `${words(value)} (${count})`, this.chosen[facet])),
        );
      }
      this.selects.sort.replaceChildren(
        ...Object.keys(SORTS).filter((name) => !name || sorts.includes(name))
          .map((name) => optionOf(name, name ? SORTS[name] : sorts[0], this.chosen.sort)),
      );
      this.element.hidden = !this.active && (items.length < 2 || !useful);
      const found = filtered([...items], this.chosen);
      this.told.textContent = this.active ? `${found.length} of ${items.length} shown. ${note}`.trim() : note;
      this.clear.hidden = !this.active;
      return found;
    }
  }

  const titlesOf = (words) => (/^(formerly|not entitled to) /.test(words) ? [] : words.split(", ").filter(Boolean));

  function resultOf(match, discipline) {
    const { kind, status, place, label, detail } = match.record;
    const titles = kind === "permit" || detail === place ? "" : detail.split(" · ")[0];
    return {
      match, kind: [kind], status: [status], designation: titlesOf(titles), discipline,
      city: place ? [place] : [], name: label, day: "",
    };
  }

  globalThis.signetFilters = { ...parts, Panel };

  // ---- Lists: the table that is there, row by row ----------------------------------------------

  function itemOf(row, columns) {
    const cell = (name) => (columns.includes(name) ? row.cells[columns.indexOf(name)].textContent : "");
    const [, kind] = /\/register\/(member|permit)s\//.exec(row.querySelector("a").href);
    return {
      row, kind: [kind],
      status: [row.querySelector(".status").textContent],
      designation: titlesOf(cell("Designations")),
      discipline: (row.dataset.fields || "").split("|").filter(Boolean),
      city: cell("City") ? [cell("City")] : [],
      name: row.cells[0].textContent,
      day: row.querySelector("time")?.dateTime || "",
    };
  }

  function enhance(table) {
    const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const items = [...table.tBodies[0].rows].map((row) => itemOf(row, columns));
    const sorts = ["Name", "status", items.some(({ city }) => city.length) ? "city" : "day"];
    const note = document.querySelector(".pager") ? "This page of the list only." : "";
    const panel = new Panel(() => show());
    const show = () => table.tBodies[0].replaceChildren(...panel.over(items, sorts, note).map(({ row }) => row));
    show();
    table.before(panel.element);
    addEventListener("popstate", () => {
      panel.chosen = read(location.href);
      show();
    });
  }

  document.querySelectorAll("table[data-filters]").forEach(enhance);
})();
