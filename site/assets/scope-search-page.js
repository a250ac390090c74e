// The scope search as a reader sees it: people while they type, by scope-search.js, which comes before.
//
// Markup it works on: <form data-scopes action="/register/who/"> with an input `words` and selects
// `city`, `discipline` and `activity`, each with an option of value "", in a hidden .filters;
// and <div id="results"></div>. In #results it makes the scopes as the scope lists have them, and
// into the selects it puts what there is, with the number of people where it is known.
(() => {
  "use strict";

  const { ScopeFinder, joined, stems, wordsOf } = globalThis.signetScopes;

  const people = (n) => `${n.toLocaleString("en-CA")} ${n === 1 ? "person" : "people"}`;
  const have = (n, limits) =>
    `${people(n)} ${n === 1 ? "has" : "have"} this in their scope of practice${limits ? " or its limits" : ""}`;
  const TEXT = {
    all: (n, limits) => `${have(n, limits)}. Each may practise only within the scope shown: read it in full.`,
    onlyLimits: (n) => `Nobody’s scope has this but in its limits, and those of ${people(n)} do.`,
    firstOf: (n, shown) => `${have(n, true)}. These are the first ${shown}: choose a city, or add a word.`,
    first: (shown) => `These are ${people(shown)} of many. Choose a city, or add a word, to see the others.`,
    reading: "Looking through everyone with these words…",
    lost: (word) => `Nobody’s scope has the word “${word}”.`,
    none: "Nobody who may practise today has all of this in one scope.",
    empty: (n) => `${people(n)} may practise independently today. Type what needs doing, or choose a city, a discipline or an activity.`,
    limits: "From here on only the limits have the words. A limit may be what leaves the work out: read it in full.",
    meant: "Words that scopes do have: ",
    without: { city: "Look anywhere", discipline: "In any discipline", activity: "With any activity", all: "Look everywhere" },
    some: (count) => (count === null ? "" : ` (${people(count)})`),
    more: (n) => `Show ${n} more`,
    rest: (n) => (n === null ? "Look through all of them" : `Show all ${people(n)}`),
    failed: "The search can’t be reached just now. Check your connection and try again, or use the lists.",
    again: "Try again",
    title: (words, title) => `${words} – ${title}`,
    number: (number) => `Number ${number}`,
    conditions: (n) => `${n} ${n === 1 ? "condition" : "conditions"} on practice`,
    permit: "Answers for permit ",
    activities: "Activities",
    limit: "Limits:",
  };
  const FILTERS = { city: "cities", discipline: "disciplines", activity: "activities" };
  const PAGE = 20; // people shown at once
  const PAUSE = 150; // ms without a key before a query is answered
  const QUIET = 700; // ms without change before a result is announced
  const NOBODY = { matches: [], count: 0 };
  const FEW = 12; // shards that are read without being asked for, where the number isn't known

  const make = (name, className = "", text = "") => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.textContent = text;
    return element;
  };
  const link = (href, text) => Object.assign(make("a", "", text), { href });
  const button = (text, act) => {
    const made = Object.assign(make("button", "results__button", text), { type: "button" });
    made.addEventListener("click", act);
    return made;
  };

  function enhance(form) {
    const results = document.getElementById("results");
    const field = (name) => form.elements.namedItem(name);
    const finder = new ScopeFinder(loader(new URL(form.action)));
    const summary = make("p", "results__summary");
    const list = make("ol", "results__scopes");
    list.setAttribute("role", "list");
    const help = make("div", "results__help");
    const voice = make("p", "hide");
    voice.setAttribute("role", "status");
    form.after(voice);
    const title = document.title;
    const first = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, field(name).options[0].text]));
    let manifest = null;
    let turn = 0; // of the latest query: whatever comes back for an earlier one is dropped
    let timer = 0;
    let pending = 0;
    let cities = {}; // counts by city of a query without its city

    const wanted = () =>
      Object.fromEntries(["words", ...Object.keys(FILTERS)].map((name) => [name, field(name).value.trim()]));
    const asks = (query) => wordsOf(query.words).length || Object.keys(FILTERS).some((name) => query[name]);

    function addressOf(query) {
      const address = new URL(location.href);
      address.search = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
      address.hash = "";
      return address.href;
    }

    /** Put into a select what there is to choose, with the number of people if it is known. */
    function fill(name, counts) {
      const select = field(name);
      const chosen = select.value;
      const merged = new Map(); // "St. Albert" and "ST ALBERT" are one
      for (const [value, count] of counts || manifest[FILTERS[name]]) {
        const [written, before] = merged.get(joined(value)) || [value, 0];
        merged.set(joined(value), [written, before + count]);
      }
      if (chosen && !merged.has(joined(chosen))) merged.set(joined(chosen), [chosen, 0]);
      const shown = ([value, count]) => (counts ? `${value} (${count.toLocaleString("en-CA")})` : value);
      const options = [...merged.values()].sort(([a], [b]) => a.localeCompare(b, "en"));
      select.replaceChildren(new Option(first[name], ""), ...options.map((one) => new Option(shown(one), one[0])));
      select.value = options.map(([value]) => value).find((value) => joined(value) === joined(chosen)) || "";
    }

    function show(text, matches, helps, shown = PAGE, query = { words: "" }) {
      summary.textContent = text;
      const some = matches.slice(0, shown);
      const caution = some.findIndex(({ inLimits }) => inLimits);
      const items = some.map((match) => item(match, wordsOf(query.words)));
      if (caution >= 0) items[caution].prepend(make("p", "caution", TEXT.limits));
      list.replaceChildren(...items);
      const rest = Math.min(PAGE, matches.length - some.length);
      const more = rest > 0 && button(TEXT.more(rest), () => {
        history.replaceState({ shown: shown + PAGE }, "");
        show(text, matches, helps, shown + PAGE, query);
        list.children[shown].querySelector("a").focus();
      });
      help.replaceChildren(...(more ? [more] : []), ...(rest > 0 ? [] : helps));
      results.replaceChildren(summary, list, help);
      clearTimeout(pending);
      pending = setTimeout(() => (voice.textContent = text), QUIET);
    }

    async function run() {
      clearTimeout(timer);
      const mine = (turn += 1);
      const stale = () => mine !== turn;
      const query = wanted();
      form.toggleAttribute("data-asked", Boolean(asks(query)));
      results.setAttribute("aria-busy", "true");
      document.title = query.words ? TEXT.title(query.words, title) : title;
      try {
        manifest = await finder.ready();
        if (stale()) return;
        form.querySelector(".filters").hidden = false;
        if (!asks(query)) {
          Object.keys(FILTERS).forEach((name) => fill(name, null));
          show(TEXT.empty(manifest.count), [], []);
          return;
        }
        let answer = await finder.find(query);
        if (stale()) return;
        await tell(query, answer);
        if (answer.complete || answer.count !== null || answer.left > FEW) return;
        answer = await finder.all(query);
        if (!stale()) await tell(query, answer);
      } catch {
        if (!stale()) show(TEXT.failed, [], [button(TEXT.again, run)]);
      } finally {
        if (!stale()) results.setAttribute("aria-busy", "false");
      }
    }

    /** Show an answer, and in the selects what it can be narrowed down to. */
    async function tell(query, answer) {
      const elsewhere = JSON.stringify({ ...query, city: "" });
      if (answer.counts.cities) cities = { [elsewhere]: answer.counts.cities };
      Object.entries(FILTERS).forEach(([name, of]) =>
        fill(name, answer.counts[of] || (name === "city" && cities[elsewhere]) || null));
      const { matches, complete, count } = answer;
      if (complete && !matches.length) {
        await none(query);
        return;
      }
      const shown = history.state?.shown || PAGE;
      const all = button(TEXT.rest(count), async () => {
        all.disabled = true;
        all.textContent = TEXT.reading;
        const at = list.children.length;
        const mine = turn;
        const whole = await finder.all(query);
        if (mine !== turn) return;
        await tell(query, whole);
        list.children[Math.min(at, list.children.length - 1)]?.querySelector("a").focus();
      });
      const limits = matches.filter(({ inLimits }) => inLimits).length;
      const told = complete && (limits === count ? TEXT.onlyLimits(count) : TEXT.all(count, limits));
      if (complete) show(told, matches, [], shown, query);
      else if (count !== null) show(TEXT.firstOf(count, Math.min(matches.length, shown)), matches, [all], shown, query);
      else if (answer.left <= FEW) show(TEXT.reading, matches, [], shown, query);
      else show(TEXT.first(Math.min(matches.length, shown)), matches, [all], shown, query);
    }

    /** Say that nobody was found, and offer what does find somebody. */
    async function none(query) {
      const mine = turn;
      show(TEXT.none, [], []);
      const { word, near } = await finder.near(query.words);
      if (mine !== turn) return;
      if (word) {
        const others = near.slice(0, 5).map((other) => button(other, () => choose({ ...query, words: replaced(query.words, word, other) })));
        const line = make("p", "", TEXT.meant);
        line.append(...others.flatMap((one) => [one, " "]));
        show(TEXT.lost(word), [], others.length ? [line] : []);
        return;
      }
      const offers = [];
      const filters = Object.keys(FILTERS).filter((one) => query[one]);
      const offer = async (name, wider) => {
        const { matches, count } = asks(wider) ? await finder.find(wider) : NOBODY;
        const words = TEXT.without[name] + TEXT.some(count);
        if (matches.length) offers.push(button(words, () => choose(wider)));
      };
      for (const name of filters) await offer(name, { ...query, [name]: "" });
      if (!offers.length && filters.length > 1) await offer("all", { words: query.words });
      if (mine !== turn) return;
      const line = make("p");
      line.append(...offers.flatMap((one) => [one, " "]));
      show(TEXT.none, [], offers.length ? [line] : []);
    }

    function choose(query) {
      Object.keys(wanted()).forEach((name) => (field(name).value = query[name] || ""));
      field("words").focus();
      submit();
    }

    function submit() {
      const address = addressOf(wanted());
      if (address !== location.href) history.pushState(null, "", address);
      run();
    }

    function readAddress() {
      const asked = new URLSearchParams(location.search);
      field("words").value = asked.get("words") || "";
      Object.keys(FILTERS).forEach((name) => {
        const value = asked.get(name) || "";
        if (value) field(name).add(new Option(value, value));
        field(name).value = value;
      });
    }

    field("words").addEventListener("input", () => {
      clearTimeout(timer);
      turn += 1;
      timer = setTimeout(() => {
        history.replaceState(null, "", addressOf(wanted()));
        run();
      }, PAUSE);
    });
    Object.keys(FILTERS).forEach((name) => field(name).addEventListener("change", submit));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    window.addEventListener("popstate", () => {
      readAddress();
      run();
    });
    // What the browser kept on going back is asked for again; else what the address says.
    readAddress();
    run();
  }

  /** Replace a word of a query, folded or not, by another. */
  function replaced(text, word, other) {
    return text.split(/\s+/).map((one) => (joined(one) === word ? other : one)).join(" ");
  }

  function item({ person, scopes, inLimits }, words) {
    const made = make("li", "entitled");
    const home = `/register/members/${person.number}/`;
    const head = make("h2");
    const name = link(home, "");
    name.append(make("bdi", "", person.name));
    head.append(name);
    const facts = make("p");
    facts.append([TEXT.number(person.number), person.city].filter(Boolean).join(" · "));
    if (person.conditions) {
      const condition = link(`${home}#conditions`, TEXT.conditions(person.conditions));
      condition.className = "status status--warn";
      facts.append(" ", condition);
    }
    made.append(head, facts, ...scopes.map((scope) => block(scope, words, inLimits)));
    for (const [number, holder] of person.permits) {
      const permit = make("p", "", TEXT.permit);
      permit.append(link(`/register/permits/${number}/`, number), ` ${holder}`);
      made.append(permit);
    }
    return made;
  }

  function block({ designation, discipline, activities, text, limits }, words) {
    const made = make("div", "scope");
    const head = make("p", "scope__head");
    head.append(make("strong", "", designation), ` ${discipline}`);
    made.append(head);
    if (text) made.append(marked(make("p"), text, words));
    if (activities.length) {
      const kinds = make("ul", "activities");
      kinds.setAttribute("aria-label", TEXT.activities);
      kinds.append(...activities.map((one) => marked(make("li"), one, words)));
      made.append(kinds);
    }
    if (limits) {
      const line = make("p", "limits");
      line.append(make("strong", "", TEXT.limit), " ");
      made.append(marked(line, limits, words));
    }
    return made;
  }

  /** Append a text in which the words that were asked for are marked. */
  function marked(element, text, words) {
    for (const part of text.split(/([\p{L}\p{M}\p{N}'’-]+)/u)) {
      const found = words.length && stems(part).some((one) => words.some((word) => one.startsWith(word)));
      element.append(found ? make("mark", "", part) : part);
    }
    return element;
  }

  /** Return what fetches the index's files, always asking whether a kept copy is still the one. */
  function loader(base) {
    return async (path) => {
      const response = await fetch(new URL(path, base), { cache: "no-cache" });
      if ([403, 404, 410].includes(response.status)) return null;
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response.json();
    };
  }

  const form = document.querySelector("form[data-scopes]");
  if (form) enhance(form);
})();
