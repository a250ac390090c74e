// Who may practise what: people by words of their scopes, discipline, activity and city.
//
// Reads the static index of signet/publish/scope_search with the tree and words of lookup.js, which
// comes before: a manifest and one shard for a first answer. scope-search-page.js shows what it
// finds. docs/scope-search.md describes the format.
(() => {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const look = inNode ? require("./lookup.js") : globalThis.signetLookup;
  const { words, asked, treeOf, walk, address, placeOf, nearWords, groupsOf } = look;

  // ---- Words: as in signet/publish/scope_search/words.py ---------------------------------------

  const LITTLE = new Set(
    ("an and any are as at be between both but by each except excludes excluding following for " +
      "from if in includes including into is it its less more most no not of off on only or " +
      "other over per such than that the their them these this those through to under up upon " +
      "when where which who whose will with within without " +
      "au aux avec ce ces chez dans de des du elle en entre est et il la le les leur leurs mais " +
      "ne ou par pas plus pour que qui sans ses son sous sur un une vers").split(" "),
  );
  const SHORTEST = 4;
  const MOST_WORDS = 8; // of a query

  /** A word without the ending of its plural: "walls", "boxes", "batteries", "eaux". */
  function stem(word) {
    if (size(word) < SHORTEST) return word;
    if (size(word) > SHORTEST && /ies?$/.test(word)) return word.replace(/ies?$/, "y");
    if (/(x|ch|sh|ss|z)es$/.test(word)) return word.slice(0, -2);
    if (/e(au|u)x$/.test(word) || (/s$/.test(word) && !/(ss|us|is)$/.test(word))) return word.slice(0, -1);
    return word;
  }

  const size = (word) => [...word].length;
  const telling = (word) => size(word) > 1 && !LITTLE.has(word);
  const unique = (list) => [...new Set(list)];
  const stems = (text) => unique(text.split(" ").flatMap(words).filter(telling).map(stem));
  const joined = (text) => asked(text).join("");

  /** What a typed word leads to; one that is on the way to a plural ("boxe", "batteri") by less. */
  function beginning(word) {
    const found = stem(word);
    if (found !== word || size(word) < SHORTEST) return found;
    return word.replace(/i$/, "").replace(/(x|ch|sh|ss|z)e$/, "$1");
  }

  // The French article before a vowel: "l'eau" is asked for as "eau".
  const ELIDED = /(^|[^\p{L}])(?:[cdjlmnst]|qu)['’‘ʼ`´](?=\p{L})/giu;
  const wordsTyped = (text) => unique(text.replace(ELIDED, "$1").split(/\s+/).flatMap(asked));

  /** The words that are asked for, as beginnings of stems; little ones where there are no others. */
  function wordsOf(text) {
    const all = wordsTyped(text);
    const some = all.filter(telling);
    return (some.length ? some : all.filter((word) => size(word) > 1)).slice(0, MOST_WORDS).map(beginning);
  }

  // ---- People ----------------------------------------------------------------------------------

  function personOf([, number, name, city, conditions, scopes, permits]) {
    return {
      number, name, city, conditions, permits, place: joined(city), cityStems: stems(city),
      scopes: scopes.map(([designation, discipline, activities, text, limits]) => ({
        designation, discipline, activities, text, limits, field: joined(discipline),
        kinds: activities.map(joined), limitStems: stems(limits),
        stems: unique([discipline, ...activities, text].flatMap(stems)),
      })),
    };
  }

  /**
   * Those scopes of a person that have all that is asked for, with `inLimits` where a word is found
   * in the limits alone. Null if there is none. `without` names the filter that doesn't count.
   */
  function matchOf(person, query, without = "") {
    if (without !== "city" && query.place && person.place !== query.place) return null;
    const begins = (list, word) => list.some((one) => one.startsWith(word));
    const found = [];
    for (const scope of person.scopes) {
      if (without !== "discipline" && query.field && scope.field !== query.field) continue;
      if (without !== "activity" && query.kind && !scope.kinds.includes(query.kind)) continue;
      const direct = (word) => begins(scope.stems, word) || begins(person.cityStems, word);
      const left = query.words.filter((word) => !direct(word));
      if (left.every((word) => begins(scope.limitStems, word))) found.push({ scope, inLimits: left.length > 0 });
    }
    if (!found.length) return null;
    const sure = found.filter(({ inLimits }) => !inLimits);
    const scopes = (sure.length ? sure : found).map(({ scope }) => scope);
    return { person, scopes, inLimits: !sure.length };
  }

  const collator = new Intl.Collator("en");
  const byName = (a, b) =>
    a.inLimits - b.inLimits ||
    collator.compare(a.person.name, b.person.name) ||
    collator.compare(a.person.number, b.person.number);

  /** How many people each city, discipline and activity has, beside what else is asked for. */
  function countsOf(people, query) {
    const counts = { cities: new Map(), disciplines: new Map(), activities: new Map() };
    const add = (map, value) => value && map.set(value, (map.get(value) || 0) + 1);
    for (const person of people) {
      if (matchOf(person, query, "city")) add(counts.cities, person.city);
      const fields = matchOf(person, query, "discipline");
      if (fields) unique(fields.scopes.map((scope) => scope.discipline)).forEach((one) => add(counts.disciplines, one));
      const kinds = matchOf(person, query, "activity");
      if (kinds) unique(kinds.scopes.flatMap((scope) => scope.activities)).forEach((one) => add(counts.activities, one));
    }
    return counts;
  }

  // ---- Where the people of a word are ----------------------------------------------------------

  const shardOf = (kind, key, place) => ({ name: address(kind, key), place });

  /** The shards of a branch; without those of whole words if `apart`. */
  function below(node, key, apart = false) {
    if (apart && key.includes(" ")) return [];
    const bins = node.bins.map((all) => shardOf("b", key + String.fromCodePoint(all.codePointAt(0)), all));
    const branches = node.branches.flatMap(([text, child]) => below(child, key + text, apart));
    return [shardOf("n", key, placeOf(node)), ...bins, ...branches];
  }

  /** The keys of the whole words at or below a branch that have branches of their own. */
  function wholeWords(node, key) {
    if (key.includes(" ")) return [key];
    return node.branches.flatMap(([text, child]) => wholeWords(child, key + text));
  }

  const ALL_COUNTS = ["cities", "disciplines", "activities"];

  /**
   * Say which shards have everybody of a word, `all`; null if it leads to nobody. Where these are
   * several, `head` is the one to read first, and `exact` tells that it knows how many there are.
   * `counted` are the facets whose counts all shards together know.
   */
  function planOf(tree, { word, source }, query) {
    const found = walk(tree, word);
    if (!found.shard) return null;
    const one = { name: found.shard, place: found.place };
    const counted = ALL_COUNTS.filter((name) => name !== source);
    if (!found.head) return { all: [one], counted };
    const { words: typed, place, field, kind } = query;
    const filters = [source !== "cities" && place, source !== "disciplines" && field, kind];
    const single = typed.length + (ALL_COUNTS.includes(source) ? 1 : 0) === 1;
    const exact = single && !filters.some(Boolean);
    if (!place) return { all: below(found.node, found.key), head: one, exact, counted };
    return narrowed(tree, found, query, { counted, exact: single && !field && !kind });
  }

  /** The shards of a common word's people in a city: a common word is divided by city and discipline. */
  function narrowed(tree, { node, key }, { place, field }, { counted, exact }) {
    const inCity = `${place}.${field ? `${field}.` : ""}`;
    const words = wholeWords(node, key).map((word) => walk(tree, word + inCity)).filter(({ shard }) => shard);
    const others = below(node, key, true);
    const shards = words.flatMap((one) =>
      one.head ? below(one.node, one.key) : [{ name: one.shard, place: one.place }]);
    const all = [...new Map([...others, ...shards].map((shard) => [shard.name, shard])).values()];
    if (!all.length) return null;
    const [first] = words.map((one) => ({ name: one.shard, place: one.place }));
    return {
      all, head: first || all[0], exact: exact && !others.length && words.length === 1 && words[0].head,
      counted: counted.filter((name) => name === "activities" || (name === "disciplines" && !field)),
    };
  }

  // ---- Finding ---------------------------------------------------------------------------------

  class Gone extends Error {}

  const NOBODY = { matches: [], complete: true, count: 0, counts: {}, left: 0 };

  /**
   * Answers queries from the static index. `load(path)` resolves to parsed JSON, never an outdated
   * copy, or to null where there is no such file.
   */
  class ScopeFinder {
    constructor(load) {
      this.load = load;
      this.shards = new Map();
      this.manifest = null;
    }

    /** Fetch the manifest unless that has been done: `count`, and of facets [value, count] each. */
    ready() {
      if (!this.manifest) {
        this.manifest = this.load("manifest.json").then((manifest) => {
          if (!manifest) throw new Error("no manifest");
          return { ...manifest, tree: treeOf(manifest.shape) };
        });
        this.manifest.catch(() => (this.manifest = null));
      }
      return this.manifest;
    }

    /**
     * Resolve to the people who have all of {words, city, discipline, activity}; empty ones ask for
     * nothing. `matches` are {person, scopes, inLimits}, the first of them unless `complete`; then
     * `left` is the number of shards that hold others, which `all` reads. `count` is null unless it
     * is known, and `counts` has those facets that are: maps of a value to a number of people.
     */
    find(wanted) {
      return this.retried(async () => {
        const { plan, query } = await this.planned(wanted);
        if (!plan) return NOBODY;
        if (plan.all.length === 1) return this.complete(plan, query);
        const head = await this.shard(plan.head);
        const known = plan.exact && head.counts ? head : { count: await this.countOf(query), counts: {} };
        return {
          matches: matching([head], query), complete: false, count: known.count, counts: known.counts,
          left: plan.all.length,
        };
      });
    }

    /** Resolve to the complete answer, however many shards that takes. */
    all(wanted) {
      return this.retried(async () => {
        const { plan, query } = await this.planned(wanted);
        return plan ? this.complete(plan, query) : NOBODY;
      });
    }

    /** How many there are of an activity alone, as the manifest says; null of anything else. */
    async countOf({ words: typed, place, field, kind }) {
      if (typed.length || place || field || !kind) return null;
      const { activities } = await this.ready();
      const own = activities.filter(([name]) => joined(name) === kind);
      return own.length === 1 ? own[0][1] : null;
    }

    /** Choose the word that leads to the fewest shards; no plan where one of them leads to nobody. */
    async planned({ words: text = "", city = "", discipline = "", activity = "" }) {
      const { tree } = await this.ready();
      const query = { words: wordsOf(text), place: joined(city), field: joined(discipline), kind: joined(activity) };
      const leads = [
        ...query.words.map((word) => ({ word, source: "" })),
        ...(city ? [{ word: `.${query.place} `, source: "cities" }] : []),
        ...(discipline ? [{ word: `:${query.field} `, source: "disciplines" }] : []),
        ...stems(activity).map((word) => ({ word, source: "activities" })),
      ];
      const plans = leads.map((lead) => planOf(tree, lead, query));
      if (plans.includes(null)) return { query, plan: null };
      const better = (a, b) => a.all.length - b.all.length || b.counted.length - a.counted.length;
      return { query, plan: plans.sort(better)[0] || null };
    }

    async complete(plan, query) {
      const read = await Promise.all(plan.all.map((one) => this.shard(one)));
      const matches = matching(read, query);
      const counts = countsOf(peopleOf(read), query);
      const known = Object.fromEntries(plan.counted.map((name) => [name, counts[name]]));
      return { matches, complete: true, count: matches.length, counts: known, left: 0 };
    }

    /** Resolve to the first word that nobody's scope has, and the words one letter from it. */
    async near(text) {
      const { spelling, tree } = await this.ready();
      const read = (word) => this.load(`spelling/${groupsOf(word, spelling).toString(16)}.json`);
      for (const word of wordsTyped(text).filter(telling)) {
        const there = walk(tree, beginning(word));
        if (there.head) continue;
        const people = there.shard ? (await this.shard({ name: there.shard, place: there.place })).people : [];
        const query = { words: [beginning(word)], place: "", field: "", kind: "" };
        if (people.some((person) => matchOf(person, query))) continue;
        const near = size(word) < SHORTEST ? [] : nearWords(stem(word), (await read(stem(word))) || "");
        return { word, near: near.map((one) => one.word) };
      }
      return { word: "", near: [] };
    }

    /** A release since the manifest was read may have divided people anew: begin again, once. */
    async retried(act) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Gone)) throw error;
        this.manifest = null;
        this.shards.clear();
        return act();
      }
    }

    shard({ name, place }) {
      if (!this.shards.has(name)) {
        const loaded = this.load(name).then((content) => {
          if (!content || content.place !== place) throw new Gone(name);
          const { records, best = [], count = 0 } = content;
          const all = new Map([...records, ...best].map((record) => [record[1], record]));
          const counts = content.cities && Object.fromEntries(ALL_COUNTS.map((of) => [of, new Map(content[of])]));
          return { people: [...all.values()].map(personOf), count, counts };
        });
        loaded.catch(() => this.shards.delete(name));
        this.shards.set(name, loaded);
      }
      return this.shards.get(name);
    }
  }

  const peopleOf = (read) =>
    [...new Map(read.flatMap(({ people }) => people).map((one) => [one.number, one])).values()];

  const matching = (read, query) =>
    peopleOf(read).map((person) => matchOf(person, query)).filter(Boolean).sort(byName);

  const parts = { stem, stems, beginning, joined, wordsOf, ScopeFinder };
  if (inNode) module.exports = parts;
  else globalThis.signetScopes = parts;
})();
