// Finding members and permit holders in the static index: what is typed into words, words into the
// files that lead to them, and those into records, the best first. lookup-page.js shows them.
//
// How the index is made and read: docs/lookup.md. Words must come out as in
// signet/publish/lookup/normal.py; a test compares the two.
(() => {
  "use strict";

  // ---- Words: the same steps as signet/publish/lookup/normal.py --------------------------------

  const characters = (ranges) =>
    ranges.replace(/[0-9a-f]+/g, (code) => `\\u{${code}}`);
  const APOSTROPHES = "60 b4 2b9 2bb-2bf 2c8 5f3 2018 2019 201b 2032 a78c ff07";
  const HYPHENS = "58a 5be 2010-2015 2212 fe58 fe63 ff0d";
  const DROPPED =
    "ad 300-36f 591-5bd 5bf 5c1-5c2 5c4-5c5 5c7 640 64b-65f 670 180e 200b-200f 202a-202e " +
    "2060-2069 fe00-fe0f feff";
  const SEPARATORS =
    "0-26 28-2c 2e-2f 3a-40 5b-60 7b-a9 ab-b4 b6-b9 bb-bf d7 f7 2c2-2c5 2d2-2df 37e 387 55a-55f " +
    "589 5c0 5c3 5c6 5f4 600-60f 61b-61f 66a-66d 6d4 964-965 104a-104f 10fb 1360-1368 2000-206f " +
    "20a0-20cf 2100-214f 2190-2bff 2e00-2e7f 3000-3004 3008-3020 3030 303d 30a0 30fb fd3e-fd3f " +
    "fe10-fe1f fe30-fe6f fff0-ffff 1f000-1faff";
  const EAST_ASIAN = "3005-3007 3040-30ff 3400-9fff ac00-d7af f900-faff 20000-3ffff";
  const FOLDED = {
    ß: "ss", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ħ: "h", ŧ: "t",
    ŋ: "n", ə: "e", ς: "σ",
  };
  const PARTICLES = new Set(
    ("af al ap av bar ben bin bint d da das de dei del della den der des di do dos du e el fitz " +
      "ibn l la las le les lo los mac mc o op san st ste ten ter van vd vom von y zu zum zur").split(" "),
  );
  const LEGAL_FORMS = new Set(
    ("and co company corp corporation et inc incorporated limited limitee llc llp lp ltd ltee of " +
      "pc plc the ulc").split(" "),
  );
  const OPENERS = new Set(["mc", "mac", "fitz", "o"]);
  const LONGEST_RUN = 4;
  const SHORTEST_PART = 4;

  const pattern = (ranges, flags, around = (set) => set) =>
    new RegExp(around(`[${characters(ranges).replaceAll(" ", "")}]`), flags);
  const APOSTROPHE = pattern(APOSTROPHES, "gu");
  const HYPHEN = pattern(HYPHENS, "gu");
  const DROP = pattern(DROPPED, "gu");
  const CHUNK = pattern(SEPARATORS, "gu", (set) => `${set.replace("[", "[^")}+`);
  const EAST_ASIAN_WORD = pattern(EAST_ASIAN, "u", (set) => `^${set}+$`);
  const FOLD = new RegExp(`[${Object.keys(FOLDED).join("")}]`, "gu");

  const isInitial = (word) => /^[a-z]$/.test(word);
  const isEastAsian = (word) => EAST_ASIAN_WORD.test(word);
  const bare = (part) => part.replaceAll("'", "");
  const size = (word) => [...word].length;

  function fold(text) {
    const plain = text.replace(APOSTROPHE, "'").normalize("NFKD").replace(DROP, "").toLowerCase();
    return plain.replace(FOLD, (letter) => FOLDED[letter]).normalize("NFC").replace(HYPHEN, "-");
  }

  function chunksOf(text) {
    const chunks = fold(text).match(CHUNK) || [];
    return chunks
      .map((chunk) => chunk.split("-").filter((part) => bare(part)))
      .filter((parts) => parts.length);
  }

  function endOfRun(flat, start, belongs) {
    let end = start;
    while (end < flat.length && belongs(flat[end])) end += 1;
    return end;
  }

  /** All words by which a name can be found. */
  function words(text) {
    const found = new Set();
    const flat = [];
    const chunks = chunksOf(text);
    for (const parts of chunks) {
      for (const part of parts) {
        flat.push(bare(part));
        found.add(bare(part));
        if (part.includes("'")) {
          for (const side of part.split("'")) {
            if (size(side) === 1 || size(side) >= SHORTEST_PART) found.add(side);
          }
        }
      }
      if (parts.length > 1) found.add(bare(parts.join("")));
    }
    addJoined(flat, found);
    for (const word of askedOf(chunks)) found.add(word);
    return [...found];
  }

  function addJoined(flat, found) {
    const join = (start, end) => found.add(flat.slice(start, end).join(""));
    for (let start = 0; start + 1 < flat.length; start += 1) {
      const word = flat[start];
      if (PARTICLES.has(word)) join(start, endOfRun(flat, start, (w) => PARTICLES.has(w)) + 1);
      if (isInitial(word) && !(start && isInitial(flat[start - 1]))) {
        join(start, endOfRun(flat, start, isInitial));
      }
      if (isEastAsian(word)) {
        const end = Math.min(endOfRun(flat, start, isEastAsian), start + LONGEST_RUN);
        for (let stop = start + 2; stop <= end; stop += 1) join(start, stop);
        if (end - start > 1) found.add(flat[start + 1] + word);
      }
    }
  }

  /** The words of what a searcher typed: all must match, the last as a prefix. */
  const asked = (text) => askedOf(chunksOf(text));

  function askedOf(chunks) {
    let flat = chunks.flatMap((parts) => {
      const plain = parts.map(bare);
      return /[0-9]/.test(plain.join("")) ? [plain.join("")] : plain;
    });
    if (flat.length && flat.every(isInitial)) flat = [flat.join("")];
    return withOpeners(runsJoined(flat));
  }

  function runsJoined(flat) {
    const out = [];
    for (let start = 0; start < flat.length; ) {
      const end = Math.max(endOfRun(flat, start, isEastAsian), start + 1);
      const run = flat.slice(start, end);
      if (run.length > 1 && run.length <= LONGEST_RUN) out.push(run.join(""));
      else out.push(...run);
      start = end;
    }
    return out;
  }

  function withOpeners(flat) {
    const out = [];
    for (const word of [...flat].reverse()) {
      const following = out.at(-1);
      if (following && OPENERS.has(word)) out[out.length - 1] = word + following;
      else out.push(word);
    }
    return out.reverse();
  }

  function numberWords(number) {
    const whole = chunksOf(number).flat().map(bare).join("");
    return [whole, whole.replace(/^[a-z]+/, "")];
  }

  // ---- The manifest: which shard holds what ----------------------------------------------------

  const LONGEST_WORD = 32;

  /** Read the tree of the manifest: {bins: [characters], branches: [[text, node]]}. */
  function treeOf(shape) {
    let at = 1; // after the root's parenthesis
    const node = () => {
      const made = { bins: [], branches: [] };
      while (shape[at] !== ")") {
        const end = at + shape.slice(at).search(/[(,]/);
        const text = shape.slice(at, end);
        at = end + 1;
        if (shape[end] === ",") made.bins.push(text);
        else made.branches.push([text, node()]);
      }
      at += 1;
      return made;
    };
    return node();
  }

  const safe = (key) =>
    key
      .replace(/[^0-9a-z]/gu, (c) => (c === " " ? "_" : `-${c.codePointAt(0).toString(16)}-`))
      .replace(/_(?=.)/, "_/");
  const address = (kind, key) => `${kind}-${safe(key)}.json`;

  /** What a branch's own shard says of itself: the characters that are held elsewhere. */
  const placeOf = ({ bins, branches }) =>
    bins.map((all) => `${all},`).join("") + branches.map(([text]) => `${text}(`).join("");

  /**
   * Find where the words that begin with a text are. `head` says that there are more than the
   * shard holds: it knows the best and the number. `place` is what the shard says of itself,
   * unless it is of another release. Without `shard` there are none.
   */
  function walk(tree, text) {
    let node = tree;
    let key = "";
    let rest = text;
    while (rest) {
      const first = String.fromCodePoint(rest.codePointAt(0));
      const branch = node.branches.find(([start]) => start.startsWith(first));
      if (!branch) {
        const bin = node.bins.find((all) => all.includes(first));
        if (!bin) return { shard: address("n", key), place: placeOf(node), head: false };
        const named = key + String.fromCodePoint(bin.codePointAt(0));
        return { shard: address("b", named), place: bin, head: false };
      }
      const [start, below] = branch;
      if (!rest.startsWith(start) && !start.startsWith(rest)) return { head: false };
      node = below;
      key += start;
      rest = rest.slice(start.length);
    }
    return { shard: address("n", key), place: placeOf(node), head: true };
  }

  // ---- Records ---------------------------------------------------------------------------------

  const TONES = ["good", "bad", "warn", "neutral"];
  const SEARCH_ONLY = "~";

  function recordOf([flags, number, label, detail, city, status, ...others]) {
    const names = [{ what: "", text: label, words: words(label) }];
    for (let i = 0; i < others.length; i += 2) {
      names.push({ what: others[i], text: others[i + 1], words: words(others[i + 1]) });
    }
    return {
      kind: flags & 1 ? "permit" : "member",
      number,
      label,
      detail: flags & 2 ? detail + city : detail,
      status,
      tone: TONES[(flags >> 2) & 3],
      rank: flags >> 4,
      names,
      beside: [...numberWords(number), ...words(city)],
    };
  }

  /** Say how well a record matches (smaller is better, in the order given), or null. */
  function matchOf(record, query, accepts) {
    const fits = (list, i) => list.some((word) => accepts(i, word));
    const everywhere = [...record.names.flatMap((name) => name.words), ...record.beside];
    const places = query.map((_, i) => i);
    if (!places.every((i) => fits(everywhere, i))) return null;
    const open = places.filter((i) => !fits(record.beside, i));
    const current = record.names.filter((name) => !name.what || name.what === SEARCH_ONLY);
    const left = open.filter((i) => !current.some((name) => fits(name.words, i)));
    const others = record.names.filter((name) => name.what && name.what !== SEARCH_ONLY);
    const other =
      left.length &&
      (others.find((name) => open.every((i) => fits(name.words, i))) ||
        others.find((name) => left.some((i) => fits(name.words, i))));
    const last = query.at(-1);
    const worth = [
      record.beside.slice(0, 2).includes(last) ? 0 : 1,
      size(last) > 1 && everywhere.includes(last) ? 0 : 1,
      record.names[0].words.at(-1) === last ? 0 : 1,
      record.rank,
      other ? 1 : 0,
    ];
    return { record, other: other || null, worth };
  }

  const collator = new Intl.Collator("en");
  /** Compare two lists of numbers at the first place where they differ. */
  function compare(a, b) {
    const at = a.findIndex((value, i) => value !== b[i]);
    return at < 0 ? 0 : a[at] - b[at];
  }

  function byWorth(a, b) {
    return (
      compare(a.worth, b.worth) ||
      collator.compare(a.record.label, b.record.label) ||
      collator.compare(a.record.number, b.record.number)
    );
  }

  /** Tell whether two words differ by one letter: another, one more, one less, or two swapped. */
  function isNear(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let start = 0;
    while (start < a.length && a[start] === b[start]) start += 1;
    const restA = a.slice(start);
    const restB = b.slice(start);
    return (
      restA.slice(1) === restB.slice(1) ||
      restA.slice(1) === restB ||
      restA === restB.slice(1) ||
      (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0])
    );
  }

  // ---- Finding ---------------------------------------------------------------------------------

  class Gone extends Error {}

  const isWeak = (word) => PARTICLES.has(word) || LEGAL_FORMS.has(word) || isInitial(word);
  const canBeWrong = (word) => size(word) >= 4 && !/[0-9]/.test(word);

  /**
   * Answers queries from the static index. `load(path)` resolves to parsed JSON, never an outdated
   * copy, or to null where there is no such file.
   */
  class Finder {
    constructor(load) {
      this.load = load;
      this.shards = new Map();
      this.manifest = null;
    }

    /** Fetch the manifest unless that has been done. */
    ready() {
      if (!this.manifest) {
        this.manifest = this.load("manifest.json").then((manifest) => {
          if (!manifest) throw new Error("no manifest");
          const { spelling, cities } = manifest;
          return { tree: treeOf(manifest.shape), spelling, cities: cities.split(" ").filter(Boolean) };
        });
        this.manifest.catch(() => (this.manifest = null));
      }
      return this.manifest;
    }

    /** Resolve to {matches, count, complete} of a query; `count` is null where nobody knows it. */
    find(text) {
      return this.retried(() => this.exact(this.queryOf(text)));
    }

    /** Resolve to {matches, spellings}: what is found when one letter is wrong. */
    correct(text) {
      return this.retried(() => this.nearly(this.queryOf(text)));
    }

    /** A release since the manifest was read may have divided records anew: begin again, once. */
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

    queryOf(text) {
      const all = asked(text);
      const telling = all.filter((word) => !LEGAL_FORMS.has(word));
      return telling.length ? telling : all;
    }

    async shard({ shard: name, place }) {
      if (!name) return { records: [] };
      if (!this.shards.has(name)) {
        const loaded = this.load(name).then((content) => {
          if (!content || content.place !== place) throw new Gone(name);
          const { records, best = [], count = 0, cut = false } = content;
          const all = new Map([...records, ...best].map((r) => [`${r[0] & 1}${r[1]}`, r]));
          return { records: [...all.values()].map(recordOf), count, cut };
        });
        loaded.catch(() => this.shards.delete(name));
        this.shards.set(name, loaded);
      }
      return this.shards.get(name);
    }

    async exact(query) {
      if (!query.length) return { matches: [], count: 0, complete: true };
      const index = await this.ready();
      const place = this.locate(index, query);
      const { records, count, cut } = await this.shard(place);
      const matches = matchesOf(records, query).sort(byWorth);
      const complete = !place.head && !cut && !(place.narrowed && !matches.length);
      const known = place.used === query.length && !place.narrowed ? count : null;
      return { matches, count: complete ? matches.length : known, complete };
    }

    /**
     * Choose the one shard that answers best: one that has all there is, if any does, else one that
     * has the best of those with all the words, else one for the last word as it stands.
     */
    locate(index, query, whole = false) {
      const grade = ({ head, narrowed, used }) => {
        if (head && !narrowed && used === query.length) return 1;
        return head ? 3 : narrowed ? 2 : 0;
      };
      const worth = (place) => [
        grade(place),
        place.narrowed ? 1 : 0,
        place.head ? -place.used : place.used,
        this.shards.has(place.shard) ? 0 : 1,
      ];
      return this.places(index, query, whole).sort((a, b) => compare(worth(a), worth(b)))[0];
    }

    /** Say where the words of a query lead; `whole` when the last is no prefix. */
    places({ tree, cities }, query, whole) {
      const last = whole ? -1 : query.length - 1;
      const stem = (i) => query[i].slice(0, LONGEST_WORD);
      const path = (i) => stem(i) + (i === last ? "" : " ");
      const all = query.map((_, i) => i);
      const isAscii = (i) => query[i] < "\x7f";
      const isCity = (i) =>
        cities.some((city) => (i === last ? city.startsWith(query[i]) : city === query[i]));
      const telling = all.filter((i) => !isWeak(query[i]));
      const strong = telling.filter((i) => !isCity(i));
      // "Le Edmonton": such a city leads to nobody, so Le must be a name. "Le Edm": not yet so.
      const begun = telling.filter((i) => !cities.includes(query[i]));
      const weak = all.filter((i) => isWeak(query[i]));
      const leading = [strong, begun, weak, telling].find((list) => list.length);
      const unsure = leading === begun && weak.length > 0;
      return leading.flatMap((i) => {
        // The last word may be meant as it stands: "calgary smith" is looked up as "smith calgary".
        const narrowed = i === last;
        const alone = walk(tree, `${stem(i)} `);
        const beside = (j) => j !== i && !/^[0-9]+$/.test(query[j]) && isAscii(i) === isAscii(j);
        const others = alone.head ? all.filter(beside) : [];
        return [
          { ...walk(tree, path(i)), used: 1, by: i, narrowed: unsure },
          ...(narrowed && query.length > 1 ? [{ ...alone, used: 1, narrowed }] : []),
          ...others.map((j) => ({ ...walk(tree, `${stem(i)} ${path(j)}`), used: 2, narrowed })),
        ];
      });
    }

    /**
     * Look for records that match but for one letter, with at most two more requests: either a
     * shard that has all records of one of the words, which tells which other word is wrong; or
     * the words that are spelt nearly so, and then the shard that has most of these.
     */
    async nearly(query) {
      const index = await this.ready();
      const suspects = query.map((_, i) => i).filter((i) => canBeWrong(query[i]));
      const found = new Map();
      const keep = (matches) => matches.forEach((m) => found.set(m.record.kind + m.record.number, m));
      let requests = 2;
      let sure = false;
      let absent = -1; // a word that nobody has
      const places = suspects.length ? this.places(index, query, false) : [];
      for (const place of places) {
        const { shard, head, by } = place;
        if (!shard || head || by === undefined) continue;
        if (!this.shards.has(shard)) {
          if (query.length === 1 || sure || !requests) continue;
          requests -= 1;
        }
        const { records } = await this.shard(place);
        if (!matchesOf(records, [query[by]], by < query.length - 1).length) absent = by;
        for (const wrong of suspects) {
          const matches = nearMatches(records, query, wrong);
          sure ||= wrong !== by && matches.length > 0;
          keep(matches);
        }
      }
      let spellings = [];
      // What leads to a branch of its own is a word that many have: the wrong one is another.
      const unknown = suspects.filter((i) => !walk(index.tree, `${query[i]} `).head);
      if (requests === 2 && unknown.length && !sure) {
        const wrong = unknown.includes(absent) ? absent : unknown.at(-1);
        spellings = await this.respelt(index, query, wrong, keep);
      }
      return { matches: [...found.values()].sort(byWorth), spellings };
    }

    /** Keep the matches of the likeliest spellings; resolve to the others, each a query. */
    async respelt(index, query, wrong, keep) {
      const content = await this.load(`spelling/${groupsOf(query[wrong], index.spelling).toString(16)}.json`);
      const candidates = nearWords(query[wrong], content || "").map(({ word, size }) => {
        const other = query.map((old, i) => (i === wrong ? word : old));
        const exact = wrong === query.length - 1;
        const place = this.locate(index, other, exact);
        return { other, size, exact, place, shard: place.shard };
      });
      const weight = (shard) =>
        candidates.reduce((sum, c) => sum + (c.shard === shard ? 2 ** c.size : 0), 0);
      const shards = [...new Set(candidates.map((c) => c.shard))].sort((a, b) => weight(b) - weight(a));
      const unread = shards.find((shard) => !this.shards.has(shard));
      const read = new Set(shards.filter((shard) => shard === unread || this.shards.has(shard)));
      for (const { other, exact, place } of candidates) {
        if (read.has(place.shard)) keep(matchesOf((await this.shard(place)).records, other, exact));
      }
      return candidates.filter((c) => !read.has(c.shard)).map((c) => c.other.join(" "));
    }
  }

  const accepting = (query, exact) => (i, word) =>
    !exact && i === query.length - 1 ? word.startsWith(query[i]) : word === query[i];

  const matchesOf = (records, query, exact = false) =>
    records.map((record) => matchOf(record, query, accepting(query, exact))).filter(Boolean);

  function nearMatches(records, query, wrong) {
    const rest = accepting(query, false);
    const accepts = (i, word) => (i === wrong ? isNear(query[i], word) : rest(i, word));
    return records.map((record) => matchOf(record, query, accepts)).filter(Boolean);
  }

  /** Read a spelling shard: the words one letter from a word, the commonest first. */
  function nearWords(wrong, content) {
    return content
      .split(" ")
      .map((entry) => ({ word: entry.slice(0, -1), size: Number(entry.slice(-1)) }))
      .filter(({ word }) => word && word !== wrong && isNear(wrong, word))
      .sort((a, b) => b.size - a.size || (b.word[0] === wrong[0]) - (a.word[0] === wrong[0]));
  }

  /** The number of a word's spelling shard: a bit for each group of letters that it has. */
  function groupsOf(word, { bits, letters }) {
    let number = 0;
    for (const letter of word) {
      const code = letter.codePointAt(0);
      const known = letters[code - 97];
      number |= 1 << (known === undefined ? code % bits : parseInt(known, 36));
    }
    return number;
  }

  const parts = { words, asked, numberWords, Finder };
  if (typeof module === "object" && module.exports) module.exports = parts;
  else globalThis.signetLookup = parts;
})();
