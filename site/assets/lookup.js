// The look-up: finds members and permit holders while the reader types.
//
// Markup it works on (everything else it makes itself):
//   <form data-lookup action="/register/" data-help="/register/not-found-help/">
//     <input type="search" name="q"> …</form>      any number of other controls may be in it
//   <div id="results"></div>                        or an <ol> or <ul>; empty while nothing is asked
// Optional on the form: data-browse, the address of the browse pages (action + "browse/").
//
// What it makes in #results:
//   <p class="results__summary">…</p>
//   <ol class="results__list"><li data-number="101234" data-kind="member">
//     <a href="…">Name</a> <span class="results__other">formerly …</span>
//     <span class="results__detail">number · designations · city</span>
//     <span class="status status--good">Permitted to practise</span></li>…</ol>
//   <div class="results__help">…</div>              links and buttons: more, other spellings, advice
// and after the form a live region (role="status"), out of sight.
//
// How the index is made and read: docs/lookup.md. Words must come out as in
// signet/publish/lookup/normal.py; a test compares the two.
(() => {
  "use strict";

  const TEXT = {
    one: "1 result",
    many: (count) => `${count} results`,
    firstOf: (shown, count) => `${count} match; these are the first ${shown}. Add a letter, a first name or a city.`,
    partly: "Many records match. Add a letter, a first name or a city to see the one you want.",
    close: (query) => `Nothing matches “${query}” exactly. These are one letter away.`,
    none: (query) => `No match for “${query}”.`,
    also: "Also close: ",
    advice: [
      "Check the spelling, or type fewer letters.",
      "Try a former name, the company’s other name, or the registration or permit number.",
    ],
    browse: "Browse the register from A to Z",
    help: "What to do when a name isn’t here",
    looking: "Looking…",
    failed: "The look-up can’t be reached just now. Check your connection and try again, or browse the register.",
    again: "Try again",
    more: (count) => `Show ${count} more`,
  };

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
          for (const side of part.split("'")) if (size(side) >= SHORTEST_PART) found.add(side);
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
      const elided = (word === "d" || word === "l") && /^[aeiouyh]/.test(following);
      if (following && (OPENERS.has(word) || elided)) out[out.length - 1] = word + following;
      else out.push(word);
    }
    return out.reverse();
  }

  function numberWords(number) {
    const whole = chunksOf(number).flat().map(bare).join("");
    return [whole, whole.replace(/^[a-z]+/, "")];
  }

  // ---- The manifest: which shard holds what ----------------------------------------------------

  const HASH = 5;
  const LONGEST_WORD = 32;
  const LONGEST_NAME = 80;

  /** Read the tree of the manifest: {hash, bins: [[characters, hash]], branches: [[text, node]]}. */
  function treeOf({ shape, hashes }) {
    let at = 1; // after the root's parenthesis
    let used = 0;
    const nextHash = () => hashes.slice(used, (used += HASH));
    const node = () => {
      const made = { hash: nextHash(), bins: [], branches: [] };
      while (shape[at] !== ")") {
        const end = at + shape.slice(at).search(/[(,]/);
        const text = shape.slice(at, end);
        at = end + 1;
        if (shape[end] === ",") made.bins.push([text, nextHash()]);
        else made.branches.push([text, node()]);
      }
      at += 1;
      return made;
    };
    return node();
  }

  const safe = (key) =>
    key.replace(/[^0-9a-z]/gu, (c) => (c === " " ? "_" : `-${c.codePointAt(0).toString(16)}-`));
  const address = (kind, key, hash) => `${`${kind}-${safe(key)}`.slice(0, LONGEST_NAME)}.${hash}.json`;

  /**
   * Find where the words that begin with a text are. `head` says that there are more than the
   * shard holds: it knows the best and the number. Without `shard` there are none.
   */
  function walk(tree, text) {
    let node = tree;
    let key = "";
    let rest = text;
    while (rest) {
      const first = String.fromCodePoint(rest.codePointAt(0));
      const branch = node.branches.find(([start]) => start.startsWith(first));
      if (!branch) {
        const bin = node.bins.find(([all]) => all.includes(first));
        if (!bin) return { shard: address("n", key, node.hash), head: false };
        const named = key + String.fromCodePoint(bin[0].codePointAt(0));
        return { shard: address("b", named, bin[1]), head: false };
      }
      const [start, below] = branch;
      if (!rest.startsWith(start) && !start.startsWith(rest)) return { head: false };
      node = below;
      key += start;
      rest = rest.slice(start.length);
    }
    return { shard: address("n", key, node.hash), head: true };
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
      everywhere.includes(last) ? 0 : 1,
      record.names[0].words.at(-1) === last ? 0 : 1,
      record.rank,
      other ? 1 : 0,
    ];
    return { record, other: other || null, worth };
  }

  const collator = new Intl.Collator("en");
  function byWorth(a, b) {
    for (let i = 0; i < a.worth.length; i += 1) {
      if (a.worth[i] !== b.worth[i]) return a.worth[i] - b.worth[i];
    }
    return (
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

  const isCommonKind = (word) => PARTICLES.has(word) || LEGAL_FORMS.has(word) || isInitial(word);
  const canBeWrong = (word) => size(word) >= 4 && !/[0-9]/.test(word);

  /**
   * Answers queries from the static index. `load(path, fresh)` resolves to parsed JSON, or to null
   * where there is no such file; `fresh` asks for revalidation.
   */
  class Finder {
    constructor(load) {
      this.load = load;
      this.shards = new Map();
      this.manifest = null;
    }

    /** Fetch the manifest unless that has been done. */
    ready(again = false) {
      if (again || !this.manifest) {
        this.manifest = this.load("manifest.json", true).then((manifest) => {
          if (!manifest) throw new Error("no manifest");
          return { tree: treeOf(manifest), spelling: manifest.spelling };
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

    /** A release may have replaced a shard since the manifest was read: read that again, once. */
    async retried(act) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Gone)) throw error;
        await this.ready(true);
        return act();
      }
    }

    queryOf(text) {
      const all = asked(text);
      const telling = all.filter((word) => !LEGAL_FORMS.has(word));
      return telling.length ? telling : all;
    }

    async shard(name) {
      if (!name) return { records: [] };
      if (!this.shards.has(name)) {
        const loaded = this.load(name, false).then((content) => {
          if (!content) throw new Gone(name);
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
      const { tree } = await this.ready();
      const place = this.locate(tree, query);
      const { records, count, cut } = await this.shard(place.shard);
      const last = query.length - 1;
      const accepts = (i, word) => (i === last ? word.startsWith(query[i]) : word === query[i]);
      const matches = records.map((r) => matchOf(r, query, accepts)).filter(Boolean).sort(byWorth);
      const complete = !place.head && !cut && !place.narrowed;
      const known = place.used === query.length && !place.narrowed ? count : null;
      return { matches, count: complete ? matches.length : known, complete };
    }

    /** Choose the one shard that answers best: one that has all there is, if any does. */
    locate(tree, query, whole = false) {
      const choices = this.choices(tree, query, whole);
      const worth = (c) => [c.head ? 1 : 0, c.narrowed ? 1 : 0, c.head ? -c.used : c.used, this.shards.has(c.shard) ? 0 : 1];
      return choices
        .map((choice) => ({ choice, worth: worth(choice) }))
        .reduce((a, b) => (a.worth.join() <= b.worth.join() ? a : b)).choice;
    }

    choices(tree, query, whole) {
      const last = whole ? -1 : query.length - 1;
      const path = (i) => query[i].slice(0, LONGEST_WORD) + (i === last ? "" : " ");
      const all = query.map((_, i) => i);
      const strong = all.filter((i) => !isCommonKind(query[i]));
      const out = [];
      for (const i of strong.length ? strong : all) {
        out.push({ ...walk(tree, path(i)), used: 1 });
        const full = `${query[i].slice(0, LONGEST_WORD)} `;
        const alone = walk(tree, full);
        // The last word may be meant as it stands: "calgary smith" is looked up as "smith calgary".
        const narrowed = i === last;
        if (narrowed && query.length > 1) out.push({ ...alone, used: 1, narrowed });
        if (!alone.head) continue;
        for (const j of all) {
          if (j === i || /^[0-9]+$/.test(query[j])) continue;
          out.push({ ...walk(tree, full + path(j)), used: 2, narrowed });
        }
      }
      return out;
    }

    async nearly(query) {
      const { tree, spelling } = await this.ready();
      const suspects = query.map((_, i) => i).filter((i) => canBeWrong(query[i]));
      const nearby = async (shard, exact, wrong) => {
        const { records } = await this.shard(shard);
        return records
          .map((r) => matchOf(r, query, (i, word) => (i === wrong ? isNear(query[i], word) : exact(i, word))))
          .filter(Boolean);
      };
      const same = (i, word) => word === query[i] || (i === query.length - 1 && word.startsWith(query[i]));
      // A shard that has all records of one of the words tells which other word is wrong.
      const places = suspects.length ? this.choices(tree, query, false) : [];
      const full = [...new Set(places.filter((p) => !p.head && p.used === 1).map((p) => p.shard))];
      const loaded = full.filter((shard) => this.shards.has(shard));
      const unread = full.filter((shard) => !this.shards.has(shard)).slice(0, query.length > 1 ? 1 : 0);
      const found = new Map();
      for (const shard of [...loaded, ...unread]) {
        for (const wrong of suspects) {
          for (const match of await nearby(shard, same, wrong)) found.set(match.record.number, match);
        }
      }
      const others = await this.respelt(tree, spelling, query, suspects, found, unread.length);
      return { matches: [...found.values()].sort(byWorth), spellings: others };
    }
