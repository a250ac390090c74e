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
  const OPENED = /(^|[^A-Za-z])([Mm][Cc](?=[A-Za-z]{3})|(?:Mac|Fitz|O)(?=[A-Z][a-z]))/g;
  const WRITTEN_OUT = {
    ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe", Ä: "Ae", Ö: "Oe", Ü: "Ue", Å: "Aa", Ø: "Oe",
  };

  const SHORTENED = /(^|[^A-Za-z])(saint|sainte|st|ste|fort|ft|mount|mt)(?=\.?[ -])/gi;
  const OTHER_LENGTH = {
    saint: "st", sainte: "ste", st: "saint", ste: "sainte", fort: "ft", ft: "fort", mount: "mt",
    mt: "mount",
  };

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
    const opened = text.replace(OPENED, "$1$2'");
    const plain = opened.normalize("NFC");
    const writtenOut = plain.replace(/[äöüåøÄÖÜÅØ]/g, (letter) => WRITTEN_OUT[letter]);
    const other = opened.replace(SHORTENED, (_, before, word) => before + OTHER_LENGTH[word.toLowerCase()]);
    const found = wordsOf(opened);
    if (writtenOut !== plain) found.push(...wordsOf(writtenOut));
    if (other !== opened) found.push(...wordsOf(other));
    return [...new Set(found)];
  }

  function wordsOf(text) {
    const found = new Set();
    const flat = [];
    const chunks = chunksOf(text);
    for (const parts of chunks) {
      for (const part of parts) {
        flat.push(bare(part));
        found.add(bare(part));
        if (part.includes("'")) {
          for (const side of part.split("'")) {
            if (side) found.add(side);
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

  // ---- What is asked ---------------------------------------------------------------------------

  const TITLES = new Set("mr mrs ms miss mx dr prof mme mlle".split(" "));
  const BEFORE_NUMBERS = new Set(
    ("no nr num number numbers permit permits member members membership registration reg " +
      "licence license lic certificate cert stamp id n to practise practice and").split(" "),
  );
  // A city is often typed with what it lies in; the codes count behind a comma only.
  const PROVINCES = (
    "alberta|british columbia|manitoba|new brunswick|newfoundland and labrador|newfoundland|nova scotia|" +
    "northwest territories|nunavut|ontario|prince edward island|quebec|saskatchewan|yukon|canada"
  ).split("|").map((name) => name.split(" "));
  const CODES = new Set(
    "ab bc mb nb nl ns nt nu on pe qc sk yt alta sask ont que nfld pei".split(" "),
  );
  const POSTAL_CODE = /^([a-z][0-9][a-z]|[0-9][a-z][0-9]|[a-z][0-9][a-z][0-9][a-z][0-9])$/;
  const FEWEST_DIGITS = 3;
  const MOST_WORDS = 16; // of a name: who pastes a page gets an answer too, by its beginning
  const LONGEST_POSTNOMINAL = 4; // words, as in P.Tech.(Eng.)

  const unique = (list) => [...new Set(list)];
  const isDigits = (word) => /^[0-9]+$/.test(word);
  const digitsOf = (word) => (/^[a-z]{0,3}([0-9]+)$/.exec(word) || ["", ""])[1];
  const AS_DIGITS = { o: "0", i: "1", l: "1" };

  /** "1OO1O1", "P1O11" and "P01011" as the numbers they are meant to be, if numbers are that long. */
  function asNumber(word, lengths) {
    if (!/[0-9]/.test(word) || lengths.includes(digitsOf(word).length)) return word;
    const [, before, rest] = /^([a-hj-km-np-z]{0,3})([0-9oil]+)$/.exec(word) || ["", "", ""];
    const digits = rest.replace(/[oil]/g, (letter) => AS_DIGITS[letter]);
    const plain = lengths.includes(digits.length) ? digits : digits.replace(/^0+/, "");
    return lengths.includes(plain.length) ? before + plain : word;
  }

  /**
   * Read what a searcher typed, by what the manifest says of numbers and postnominals.
   *
   * `words` must all be found, as beginnings of words; `optional` ones (legal forms) only if any
   * record has them too; `soft` ones (titles, postnominals) never, but who has them comes first.
   * `joined` are the initials in a row as one word. `numbers` are those of a list of numbers.
   */
  function queryOf(text, { cities, numbers, postnominals }) {
    const lengths = unique(numbers.map((form) => Number(/[0-9]+$/.exec(form))));
    const letters = numbers.map((form) => /^[a-z]*/.exec(form)[0]);
    const typed = tokensOf(text).map((one) => ({ ...one, word: asNumber(one.word, lengths) }));
    const tokens = withNumbersJoined(typed, lengths, letters);
    const numbered = tokens.filter(({ word }) => digitsOf(word).length >= FEWEST_DIGITS);
    const known = numbered.filter(({ word }) => lengths.includes(digitsOf(word).length));
    setAside(tokens, numbered.length > 0, postnominals);
    const listed = numbered.length ? [] : tokens.filter(({ role }) => role).map(({ word }) => word);
    setProvinceAside(tokens, cities);
    const last = tokens.at(-1);
    const halfTyped = last?.role === "hard" && size(last.word) > 2 && isLegal(last.word);
    if (halfTyped && tokens.some((one) => one !== last && one.role === "hard")) last.role = "optional";
    const of = (role) => unique(tokens.filter((one) => one.role === role).map(({ word }) => word));
    const kinds = ["hard", "optional", "soft"].map((role) => of(role).slice(0, MOST_WORDS));
    // Nothing but a title or a legal form: then that is what is looked for.
    const at = kinds.findIndex((found) => found.length);
    const [found = [], optional = [], soft = []] = kinds.slice(at < 0 ? 0 : at);
    const run = initialsOf(tokens.filter(({ word }) => found.includes(word)));
    const bare = of("hard").every((word) => numbered.some((one) => one.word === word));
    const several = known.length > 1 || (known.length && numbered.length > 1 && bare);
    return {
      words: found, optional, soft, listed, run, joined: run.join(""),
      numbers: several ? unique(numbered.map(({ word }) => word)) : [],
      number: numbered.length === 1 && bare ? numbered[0].word : "",
    };
  }

  /** The words of a query, each with whether a dot, comma or bracket sets it off. */
  function tokensOf(text) {
    const folded = fold(text);
    const found = [];
    let before = "";
    let end = 0;
    for (const match of folded.matchAll(CHUNK)) {
      before = folded.slice(end, match.index);
      end = match.index + match[0].length;
      const marked = /[,;(\n]/.test(before) || folded[end] === ".";
      const parts = match[0].split("-").map(bare).filter(Boolean);
      const one = /[0-9]/.test(match[0]) ? [parts.join("")] : runsJoined(parts);
      found.push(...one.map((word) => ({ word, marked, role: "hard" })));
    }
    return eastAsianJoined(found);
  }

  function eastAsianJoined(tokens) {
    const joined = runsJoined(tokens.map(({ word }) => word));
    return joined.length === tokens.length ? tokens : joined.map((word) => ({ word, role: "hard" }));
  }

  /** "100 001" and "P 1011" are one number, "100001 100002" are two: by what numbers look like. */
  function withNumbersJoined(tokens, lengths, letters) {
    const out = [];
    const put = (word) => out.push({ word, role: "hard" });
    for (let start = 0; start < tokens.length; ) {
      const digits = digitsOf(tokens[start].word);
      const end = digits ? endOfRun(tokens, start + 1, ({ word }) => isDigits(word)) : start + 1;
      const run = [digits, ...tokens.slice(start + 1, end).map(({ word }) => word)];
      const divided = digits && dividedInto(run, lengths);
      if (divided) {
        const before = out.at(-1) && letters.includes(out.at(-1).word) ? out.pop().word : "";
        put(before + tokens[start].word.replace(digits, divided[0]));
        divided.slice(1).forEach(put);
      } else out.push(...tokens.slice(start, end));
      start = end;
    }
    // The beginning of a number with blanks: "100 00" on the way to "100 001".
    const alone = out.length > 1 && out.every(({ word }) => isDigits(word));
    const word = out.map((one) => one.word).join("");
    if (!alone || word.length >= Math.max(...lengths)) return out;
    return out.some((one) => lengths.includes(one.word.length)) ? out : [{ word, role: "hard" }];
  }

  /** Divide a run of digits into numbers of known length, as many as possible; null if it can't be. */
  function dividedInto(run, lengths) {
    const rest = [...Array(run.length), []]; // from each place on
    for (let start = run.length - 1; start >= 0; start -= 1) {
      for (let end = start + 1; end <= run.length && !rest[start]; end += 1) {
        const word = run.slice(start, end).join("");
        if (word.length > Math.max(...lengths)) break;
        if (rest[end] && lengths.includes(word.length)) rest[start] = [word, ...rest[end]];
      }
    }
    return rest[0];
  }

  /** Give titles, postnominals, legal forms and what stands before a number their roles. */
  function setAside(tokens, numbered, [own, others]) {
    if (tokens.length > 1 && TITLES.has(tokens[0].word)) tokens[0].role = "soft";
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at];
      if (numbered && BEFORE_NUMBERS.has(token.word)) token.role = "soft";
      else if (LEGAL_FORMS.has(token.word)) token.role = "optional";
      for (let many = Math.min(LONGEST_POSTNOMINAL, tokens.length - at); many; many -= 1) {
        const some = tokens.slice(at, at + many);
        const word = some.map((one) => one.word).join("");
        if (!(many > 1 || at) || !(own.includes(word) || others.includes(word))) continue;
        // "Peter Eng" may be a name, "Eng." and ", Eng" after one aren't.
        const sure = many > 1 || word.length > 3 || token.marked || own.includes(word);
        some.forEach((one) => (one.role = ""));
        Object.assign(token, { word, role: sure ? "soft" : "optional" });
        break;
      }
    }
  }

  /** "Calgary, AB" and "Red Deer Alberta" are those cities; "Lee, Alberta" is a person. */
  function setProvinceAside(tokens, cities) {
    const { length: end } = withoutProvinces(tokens.map(({ word }) => word), (at) => tokens[at].marked);
    if (!end || !tokens.slice(0, end).every(({ word }) => cities.includes(word))) return;
    for (const token of tokens.slice(end)) token.role = "soft";
  }

  /** Leave out provinces and postal codes at the end, but never the first word: it may be Québec. */
  function withoutProvinces(all, isCode = () => true) {
    const ends = (name) => name.length < all.length && name.every((word, i) => word === all.at(i - name.length));
    const last = all.length - 1;
    const dotted = all.length > 2 && all.slice(-2).every(isInitial) && CODES.has(all.slice(-2).join(""));
    const coded = last > 0 && (CODES.has(all[last]) || POSTAL_CODE.test(all[last]));
    const many = PROVINCES.find(ends)?.length || ((dotted || coded) && isCode(last) && (dotted ? 2 : 1));
    return many ? withoutProvinces(all.slice(0, -many), isCode) : all;
  }

  // ---- Lists that are asked for in several words: "civil Calgary", "members in St. John's" -----

  const WHO = {
    "Members": "member members people registrants",
    "Permit holders": "permit permits holder holders company companies firm firms organization organizations",
  };
  const ROLES = new Map(
    Object.entries(WHO).flatMap(([who, named]) => named.split(" ").map((word) => [word, who])),
  );
  const BETWEEN = new Set("in of from at near for the and all list city town to practise".split(" "));
  const OF_A_FIELD = new Set("engineer engineers engineering technology discipline field".split(" "));

  /**
   * Divide the words of a query into lists that they name: a place, a field, who is listed.
   *
   * `lists` are those of the manifest that were named, `rest` the words that none of them has: a
   * small city's, or no list's. `who` are those asked for, `sure` that it can hardly be a name.
   * Null where nothing but one place or word is named: its own shard has its list.
   */
  function partsOf({ listed }, { lists, cities }) {
    if (listed.some((word) => LEGAL_FORMS.has(word) && !BETWEEN.has(word) && !ROLES.has(word))) return null;
    const inside = withoutProvinces(listed);
    const wanted = inside.filter((word) => !BETWEEN.has(word) && !ROLES.has(word));
    const isPlace = (list) => list.plain.every((word) => cities.includes(word));
    const places = lists.filter(isPlace).sort((a, b) => b.plain.length - a.plain.length);
    const named = [];
    let rest = wanted;
    for (const list of places) {
      const at = rest.findIndex((_, start) => list.plain.every((word, i) => word === rest[start + i]));
      if (at < 0) continue;
      named.push(places.filter(({ plain }) => plain.join(" ") === list.plain.join(" ")));
      rest = [...rest.slice(0, at), ...rest.slice(at + list.plain.length)];
    }
    const subjects = lists.filter((list) => !isPlace(list));
    const isSubject = (word) => subjects.some((list) => names(list, word));
    const fields = subjectsOf(rest.filter(isSubject), subjects);
    rest = rest.filter((word) => !isSubject(word));
    if (fields.length) rest = rest.filter((word) => !OF_A_FIELD.has(word));
    const parts = named.length + fields.length + (rest.length ? 1 : 0);
    if (!wanted.length || (parts < 2 && !fields.length && wanted.length === listed.length)) return null;
    const who = new Set(inside.filter((word) => ROLES.has(word)).map((word) => ROLES.get(word)));
    const sure = wanted.length < listed.length || fields.length > 0;
    return { lists: [...named, ...fields], rest, who, sure, whole: parts === 1 };
  }

  /** Tell whether a word of a query names a list, as one word of its title: "technologists" too. */
  function names({ words: all }, word) {
    return !isInitial(word) && all.some((one) => !LEGAL_FORMS.has(one) &&
      (one === word || `${one}s` === word || (size(word) > SHORTEST_WRONG && one.startsWith(word))));
  }

  /** Find the disciplines and designations of words in a row, each of as many as it can have. */
  function subjectsOf(all, subjects) {
    for (let many = all.length; many; many -= 1) {
      const found = subjects.filter((list) => all.slice(0, many).every((word) => names(list, word)));
      if (!found.length) continue;
      const others = all.slice(many).filter((word) => !OF_A_FIELD.has(word));
      return [found, ...subjectsOf(others, subjects)];
    }
    return [];
  }

  /** The first initials in a row, if there are several: "A.B.C.", "R S L". */
  function initialsOf(tokens) {
    for (let start = 0; start < tokens.length; start += 1) {
      const end = endOfRun(tokens, start, ({ word }) => isInitial(word));
      if (end - start > 1) return tokens.slice(start, end).map(({ word }) => word);
    }
    return [];
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
    return { shard: address("n", key), place: placeOf(node), head: true, node, key };
  }

  /** The words below a branch that are divided by their records' other words. */
  function heavyWords({ node, key }) {
    if (key.includes(" ")) return [key.slice(0, key.indexOf(" "))];
    return node.branches.flatMap(([text, below]) => heavyWords({ node: below, key: key + text }));
  }

  // ---- Records ---------------------------------------------------------------------------------

  const TONES = ["good", "bad", "warn", "neutral"];
  const SEARCH_ONLY = "~";

  function recordOf([flags, number, label, detail, city, status, ...others]) {
    const named = (what, text) => ({ what, text, words: words(text), plain: asked(text) });
    // "Maryann" and "Oilsands" are near Mary Ann and Oil Sands.
    const together = ({ plain }) => plain.slice(1).map((word, at) => plain[at] + word);
    const names = [named("", label)];
    for (let i = 0; i < others.length; i += 2) names.push(named(others[i], others[i + 1]));
    return {
      kind: flags & 1 ? "permit" : "member",
      number,
      label,
      detail: flags & 2 ? detail + city : detail,
      status,
      tone: TONES[(flags >> 2) & 3],
      rank: (flags >> 4) & 255,
      disciplines: Math.floor(flags / 4096), // bits, which may be beyond those of a shift
      place: city,
      names,
      together: names.flatMap(together),
      numbers: unique(numberWords(number)).filter(Boolean),
      city: words(city),
    };
  }

  /** Tell whether each word of a query can have a word of its own among the others. */
  function eachHasItsOwn(fitting) {
    const taken = new Map();
    const place = (i, tried) =>
      fitting[i].some((at) => {
        if (tried.has(at)) return false;
        tried.add(at);
        if (taken.has(at) && !place(taken.get(at), tried)) return false;
        taken.set(at, i);
        return true;
      });
    return fitting.every((_, i) => place(i, new Set()));
  }

  /**
   * The words of a query that a record has, with or without initials joined; null if it hasn't.
   * An initial is a name's, and of `byName` queries each word; others may be the city's.
   */
  function wordsFound(inNames, inCity, query, accepts) {
    const list = [...inNames, ...inCity];
    const has = (asked) => {
      const fitting = asked.map((word) => {
        const own = query.byName || isInitial(word) ? inNames.length : list.length;
        return [...Array(own).keys()].filter((at) => accepts(word, list[at]));
      });
      return fitting.every((places) => places.length) && eachHasItsOwn(fitting);
    };
    if (has(query.words)) return query.words;
    const { run, joined } = query;
    const other = run.length ? [...query.words.filter((word) => !run.includes(word)), joined] : null;
    return other && has(other) ? other : null;
  }

  /** Say what a query's words accept: "Lim" is no Limited, but "Acme L" may be on the way to it. */
  function beginning({ words: asked }) {
    const last = asked.length > 1 ? asked.at(-1) : "";
    return (word, other) =>
      other.startsWith(word) &&
      (word === other || !LEGAL_FORMS.has(other) || (last && (word === last || isInitial(word))));
  }

  /** Say how well a record matches (smaller is better, in the order given), or null. */
  function matchOf(record, query, accepts) {
    // By "Inc." alone no company is found, but a person of that name is.
    const isForm = record.kind === "permit" && query.words.every((word) => LEGAL_FORMS.has(word));
    const ofNames = record.names.flatMap((name) => name.words);
    if (query.nearly) ofNames.push(...record.together);
    const named = [...ofNames.filter((word) => !isForm || !LEGAL_FORMS.has(word)), ...record.numbers];
    const everywhere = [...named, ...record.city];
    const found = wordsFound(named, record.city, query, accepts);
    if (!found) return null;
    const fits = (list, word) => list.some((one) => accepts(word, one));
    const beside = [...record.numbers, ...record.city];
    const open = found.filter((word) => isInitial(word) || !fits(beside, word));
    const current = record.names.filter((name) => !name.what || name.what === SEARCH_ONLY);
    const left = open.filter((word) => !current.some((name) => fits(name.words, word)));
    const others = record.names.filter((name) => name.what && name.what !== SEARCH_ONLY);
    const other =
      left.length &&
      (others.find((name) => open.every((word) => fits(name.words, word))) ||
        others.find((name) => left.some((word) => fits(name.words, word))));
    const missing = (list) => list.filter((word) => !everywhere.some((one) => one.startsWith(word))).length;
    const { plain } = other || record.names[0];
    const told = (word) => record.names.some((name) => name.plain.includes(word));
    // "Mc Donald" is whole in McDonald.
    const isWhole = (i) => beside.includes(found[i]) ||
      [found[i], found[i] + found[i + 1], found[i - 1] + found[i]].some(told);
    const worth = [
      found.some((word) => record.numbers.includes(word)) ? 0 : 1,
      missing(query.soft) + missing(query.optional),
      found.filter((_, i) => !isWhole(i)).length,
      plain.every((word) => found.includes(word) || LEGAL_FORMS.has(word)) ? 0 : 1,
      record.names[0].plain.at(-1) === found.at(-1) ? 0 : 1,
      found.some((word) => record.names[0].plain[0]?.startsWith(word)) ? 0 : 1,
      record.rank,
      other ? 1 : 0,
    ];
    return { record, other: other || null, worth, all: !missing(query.optional) };
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

  const MOST_NUMBERS = 60; // of a list of numbers
  const MOST_CORRECTIONS = 2; // requests beyond those of a first answer
  const FEW = 20; // records that have one word of two
  const SHORTEST_WRONG = 3; // letters of a word that may be misspelt
  const canBeWrong = (word) => size(word) >= SHORTEST_WRONG && !/[0-9]/.test(word);
  const isAscii = (word) => word < "\x7f";
  const stem = (word) => word.slice(0, LONGEST_WORD);
  const NOTHING = { matches: [], count: 0, complete: true, scope: "", lists: [], missing: [] };

  // How good an answer a shard gives. Each has all records that match, all with a word as it
  // stands, the best of them, or what can be had.
  const ALL = 0;
  const COUNTED = 1;
  const AS_TYPED = 2;
  const BEST_AS_TYPED = 3;
  const AS_TYPED_IN_HASTE = 4;
  const BEST_AS_TYPED_IN_HASTE = 5;
  const ONE_AS_TYPED = 6;
  const INITIALS = 7;
  const GUESSED = 8;
  const BY_NAME = 9;
  const BEST = 10;
  const HASTE = AS_TYPED_IN_HASTE - AS_TYPED;
  const SHORTEST_WHOLE = 4; // letters of a word that is likely to be typed in full

  /**
   * Answers queries from the static index. `load(path)` resolves to parsed JSON, never an outdated
   * copy, or to null where there is no such file.
   */
  class Finder {
    constructor(load) {
      this.requests = 0;
      this.load = (path) => {
        this.requests += 1;
        return load(path);
      };
      this.shards = new Map();
      this.manifest = null;
    }

    /** Fetch the manifest unless that has been done. */
    ready() {
      if (!this.manifest) {
        this.manifest = this.load("manifest.json").then((manifest) => {
          if (!manifest) throw new Error("no manifest");
          const { shape, cities, numbers = "", postnominals = ["", ""], spelling } = manifest;
          const listed = (text) => text.split(" ").filter(Boolean);
          this.disciplines = manifest.disciplines || [];
          return {
            tree: treeOf(shape), cities: listed(cities), numbers: listed(numbers), spelling,
            postnominals: postnominals.map(listed),
            lists: (manifest.lists || []).map((list) => ({
              list, plain: asked(list[2]), words: [...words(list[2]), ...words(list[4])],
            })),
          };
        });
        this.manifest.catch(() => (this.manifest = null));
      }
      return this.manifest;
    }

    /**
     * Resolve to the answer to a query: `matches`, the best first; `complete` when these are all
     * there are, and then `count` is their number; else `count` is null unless it is known.
     * `scope` is "name" when a city's word was looked for in names alone, "typed" when a common
     * word was taken as it stands. `lists` are browse lists of that name: `path`, `who`
     * they list, `title`, `size`, and `whole` when all of the title was asked for.
     * `missing` are those numbers, of several, that nobody has.
     */
    find(text) {
      return this.retried(async () => {
        if (!asked(text).length) return NOTHING;
        const index = await this.ready();
        const query = queryOf(text, index);
        if (query.numbers.length) return this.numbered(index, query);
        query.rest = partsOf(query, index)?.rest || [];
        const place = this.locate(index, query);
        const answer = await this.exact(index, query, place);
        const lists = await this.listsInParts(index, query, place.shard ? 0 : 1);
        const others = lists.filter(({ path }) => !answer.lists.some((list) => list.path === path));
        return { ...answer, lists: [...answer.lists, ...others] };
      });
    }

    /** Resolve to the lists that a query names in several parts, with so many more requests. */
    async listsInParts(index, query, requests) {
      const parts = partsOf(query, index);
      if (!parts) return [];
      const groups = parts.lists.map((group) => group.map(({ list }) => list));
      if (parts.rest.length) {
        const asked = { ...query, words: parts.rest, optional: [], soft: [], run: [], joined: "" };
        const place = this.locate(index, asked);
        if (!this.shards.has(place.shard) && !(requests && parts.sure)) return [];
        const { lists } = await this.shard(place);
        const found = lists.filter((list) => listFor(list, asked).some(({ whole }) => whole));
        if (!found.length) return [];
        groups.unshift(found);
      }
      const wanted = (group) => group.filter(([, who]) => parts.who.has(who));
      const chosen = groups.flatMap((group) => (wanted(group).length ? wanted(group) : group));
      return chosen.map(([path, who, title, count]) => ({ path, who, title, size: count, whole: parts.whole }));
    }

    /** Resolve to {matches, spellings}: what is found when one letter is wrong. */
    correct(text) {
      return this.retried(async () => {
        const index = await this.ready();
        const query = queryOf(text, index);
        if (query.numbers.length || !query.words.length) return { matches: [], spellings: [] };
        const before = this.requests;
        const left = () => MOST_CORRECTIONS - (this.requests - before);
        const lists = await this.listsInParts(index, query, left());
        if (lists.length) return { ...NOTHING, lists, spellings: [], exact: true };
        const found =
          (await this.elsewhere(index, query)) ||
          (left() && ((await this.writtenAsOne(index, query)) || (await this.byNumberAlone(index, query, left)))) ||
          (left() && (await this.initialsApart(index, query)));
        if (found) return found;
        const near = await this.nearly(index, query, left());
        return near.matches.length ? near : { ...near, ...(await this.partly(index, query, left)) };
      });
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

    /** The names of a record's disciplines, which the manifest has by their places. */
    disciplinesOf({ disciplines }) {
      return this.disciplines.filter((_, place) => disciplines & (1 << place));
    }

    async shard({ shard: name, place }) {
      if (!name) return { records: [], lists: [] };
      if (!this.shards.has(name)) {
        const loaded = this.load(name).then((content) => {
          if (!content || content.place !== place) throw new Gone(name);
          const { records, best = [], lists = [], count = 0, cut = false } = content;
          const all = new Map([...records, ...best].map((r) => [`${r[0] & 1}${r[1]}`, r]));
          return { records: [...all.values()].map(recordOf), lists, count, cut };
        });
        loaded.catch(() => this.shards.delete(name));
        this.shards.set(name, loaded);
      }
      return this.shards.get(name);
    }

    /** The records of several numbers, in the order asked, each from its shard. */
    async numbered({ tree }, { numbers }) {
      const found = await Promise.all(
        numbers.slice(0, MOST_NUMBERS).map(async (number) => {
          const { records } = await this.shard(walk(tree, `${number} `));
          return records.filter((record) => record.numbers.includes(number));
        }),
      );
      const matches = unique(found.flat()).map((record) => ({ record, other: null }));
      const missing = numbers.filter((_, i) => found[i] && !found[i].length);
      return { ...NOTHING, matches, missing, count: matches.length, complete: found.length === numbers.length };
    }

    async exact(index, query, place = this.locate(index, query)) {
      const { records, lists, count, cut } = await this.shard(place);
      const matches = matchesOf(records, { ...query, byName: place.byName }).sort(byWorth);
      const complete = place.grade === ALL && !cut;
      const typed = place.grade >= AS_TYPED && place.grade <= ONE_AS_TYPED;
      const counted = place.head && (typed || place.grade === COUNTED) && place.used === query.words.length;
      // A branch of two words counts cities too, of which initials are none.
      const known = counted && (place.used === 1 || !query.words.some(isInitial));
      const all = complete || (place.byName && !place.head && !cut);
      return {
        matches, complete,
        count: all ? matches.length : known ? count : null,
        scope: typed && (known || !place.head) ? "typed" : place.byName ? "name" : "",
        lists: lists.flatMap((list) => listFor(list, query)),
        missing: complete && !matches.length && query.number ? [query.number] : [],
      };
    }

    /** Choose the one shard that answers best. */
    locate(index, query) {
      return this.ordered(index, query)[0] || { grade: BEST, used: 1, word: "" };
    }

    ordered(index, query) {
      // Where a list may be asked for, by the word that may lead to it: "Ponoka" of "Ponoka Alberta".
      const beside = ({ word }) => (query.rest?.length && !query.rest.includes(word) ? 1 : 0);
      const worth = (place) => [
        place.grade, -place.used, beside(place),
        this.shards.has(place.shard) || !place.shard ? 0 : 1, -size(place.word),
      ];
      return this.places(index, query).sort((a, b) => compare(worth(a), worth(b)));
    }

    /** Say where the words of a query lead: by each as a beginning, as it stands, and by two. */
    places({ tree, cities }, query) {
      const { words: all, joined } = query;
      const undivided = !tree.bins.length && !tree.branches.length;
      // What no record is filed under by itself: initials, legal forms, the words of large cities.
      const byName = (word) => cities.some((city) => city.startsWith(word)) || LEGAL_FORMS.has(word);
      const sure = (word) => !byName(word) && (undivided || !isInitial(word));
      const leads = (word) => !(cities.includes(word) || LEGAL_FORMS.has(word) || isInitial(word));
      const inNames = all.every(byName);
      const others = [...all, ...query.optional.filter((word) => !LEGAL_FORMS.has(word))];
      const single = others.length === 1;
      const beside = (word) => others.filter((other) =>
        other !== word && !/[0-9]/.test(other) && isAscii(other) === isAscii(word));
      const found = all.flatMap((word) => {
        const about = { word, byName: inNames, used: 1 };
        const place = { ...about, ...walk(tree, stem(word)) };
        if (!place.head) return [{ ...place, grade: sure(word) ? ALL : BY_NAME }];
        const pairs = heavyWords(place).flatMap((heavy) => {
          // Who types two or three letters hardly means them to be the whole word.
          const hasty = size(word) < SHORTEST_WHOLE;
          return beside(word).map((other) => {
            const pair = { ...about, ...walk(tree, `${heavy} ${stem(other)}`), used: 2 };
            if (!leads(heavy)) return { ...pair, grade: BY_NAME };
            // All that begin so go on alike: then nothing longer is left out.
            const direct = place.key === `${heavy} ` && all.includes(other) && !isLegal(other);
            if (direct && sure(word)) return { ...pair, grade: pair.head ? COUNTED : ALL };
            if (heavy !== stem(word)) return { ...pair, grade: GUESSED, used: -heavy.length };
            return { ...pair, grade: (pair.head ? BEST_AS_TYPED : AS_TYPED) + (hasty ? HASTE : 0) };
          });
        });
        const whole = { ...about, ...walk(tree, `${stem(word)} `), grade: ONE_AS_TYPED };
        const alone = !single && leads(word) && !whole.head ? [whole] : [];
        return [{ ...place, grade: single ? COUNTED : BEST }, ...alone, ...pairs];
      });
      const row = joined ? walk(tree, stem(joined)) : { head: true };
      if (!row.head) found.push({ ...row, word: joined, used: 1, grade: INITIALS });
      // What leads nowhere answers only where it tells that there is nobody.
      return found.filter(({ shard, grade }) =>
        (shard || grade === ALL) && !(grade === GUESSED && !all.some(leads)));
    }

    /** Where the first shard couldn't tell, ask the next two: all of "Dun Mai" is either's first name. */
    async elsewhere(index, query) {
      const [first, ...rest] = this.ordered(index, query);
      if (!first || first.grade <= COUNTED) return null;
      const next = rest.filter(({ shard }) => !this.shards.has(shard)).slice(0, MOST_CORRECTIONS);
      for (const place of next) {
        const answer = await this.exact(index, query, place);
        if (answer.matches.length) return { ...answer, spellings: [], exact: true };
      }
      return null;
    }

    /** Look for names written as one word: "al Hassan" for Alhassan. */
    async writtenAsOne(index, query) {
      const at = query.words.findIndex((word, i) => PARTICLES.has(word) && i + 1 < query.words.length);
      if (at < 0) return null;
      const words = [...query.words];
      words.splice(at, 2, words[at] + words[at + 1]);
      const { matches } = await this.exact(index, { ...query, words });
      return matches.length ? { matches, spellings: [] } : null;
    }

    /** Look for initials run together: "JM Kowalski" for John Michael Kowalski. */
    async initialsApart(index, query) {
      const words = query.words.flatMap((word, at) =>
        (at < 2 && /^[a-z]{2,3}$/.test(word) ? [...word] : word));
      if (words.length === query.words.length || words.every(isInitial)) return null;
      const { matches } = await this.exact(index, { ...query, words });
      return matches.length ? { matches, spellings: [] } : null;
    }

    /** Look for who has most of the words: a card says more than a name ("…, Project Manager"). */
    async partly(index, query, left) {
      const { words: all } = query;
      if (all.length < 2) return {};
      const many = Math.min(2, all.length - 1);
      for (const words of [[], all.slice(0, many), all.slice(-many)]) {
        const place = this.locate(index, { ...query, words });
        if (words.length && place.shard && (left() || this.shards.has(place.shard))) await this.shard(place);
        const shards = await Promise.all(this.shards.values());
        const matches = partlyMatching(shards.flatMap(({ records }) => records), query, many);
        // One word alone that many have tells nothing.
        if (matches.length && (many > 1 || matches.length <= FEW)) return { matches, partly: true };
      }
      return {};
    }

    /** Look for whom a number names where the words beside it don't: "Rory Cambell 100001". */
    async byNumberAlone(index, query, left) {
      const [number] = query.words.filter((word) => digitsOf(word).length >= FEWEST_DIGITS);
      if (!number || query.words.length === 1) return null;
      const { matches } = await this.numbered(index, { numbers: [number] });
      if (!matches.length) return null;
      // A stamp has a member's name and a permit's number.
      const words = query.words.filter((word) => word !== number);
      const named = words.length > 1 && left() ? (await this.exact(index, { ...query, words })).matches : [];
      return { matches: [...matches, ...named], spellings: [], partly: named.length > 0 };
    }

    /**
     * Look for records that match but for one letter, with at most two more requests: either a
     * shard that has all records of one of the words, which tells which other word is wrong; or
     * the words that are spelt nearly so, and then the shard that has most of these.
     */
    async nearly(index, query, requests) {
      const suspects = query.words.filter(canBeWrong);
      const found = new Map();
      const keep = (matches) => matches.forEach((m) => found.set(m.record.kind + m.record.number, m));
      let sure = false;
      let absent = ""; // a word that nobody has
      const places = suspects.length ? this.places(index, query) : [];
      for (const place of places) {
        const { shard, head, word, grade, used } = place;
        if (head || grade === GUESSED || grade === INITIALS) continue;
        if (!shard) {
          absent = word;
          continue;
        }
        if (used > 1) continue;
        if (!this.shards.has(shard)) {
          if (query.words.length === 1 || sure || !requests) continue;
          requests -= 1;
        }
        const { records } = await this.shard(place);
        if (!matchesOf(records, { ...query, words: [word], run: [] }).length) absent = word;
        for (const wrong of suspects) {
          const matches = nearMatches(records, query, wrong);
          sure ||= wrong !== word && matches.length > 0;
          keep(matches);
        }
      }
      let spellings = [];
      // What leads to a branch of its own is a word that many have: the wrong one is another.
      const unknown = suspects.filter((word) => !walk(index.tree, `${word} `).head);
      if (requests && unknown.length && !sure) {
        const wrong = unknown.includes(absent) ? absent : unknown.at(-1);
        spellings = await this.respelt(index, query, wrong, requests, keep);
      }
      return { matches: [...found.values()].sort(byWorth), spellings };
    }

    /** Keep the matches of the likeliest spellings; resolve to the others, words that exist. */
    async respelt(index, query, wrong, requests, keep) {
      const content = await this.load(`spelling/${groupsOf(wrong, index.spelling).toString(16)}.json`);
      const candidates = nearWords(wrong, content || "").map((near) => {
        const words = query.words.map((word) => (word === wrong ? near.word : word));
        const place = this.locate(index, { ...query, words });
        return { ...near, words, place, shard: place.shard };
      });
      const weight = (shard) =>
        candidates.reduce((sum, c) => sum + (c.shard === shard ? 2 ** c.size : 0), 0);
      const shards = unique(candidates.map((c) => c.shard)).sort((a, b) => weight(b) - weight(a));
      const unread = requests > 1 && shards.find((shard) => !this.shards.has(shard));
      const read = new Set(shards.filter((shard) => shard === unread || this.shards.has(shard)));
      for (const { word, words, place } of candidates) {
        if (!read.has(place.shard)) continue;
        const { records } = await this.shard(place);
        const respelled = { ...query, words };
        const begins = beginning(respelled);
        keep(matchesOf(records, respelled, (a, b) => (a === word ? a === b : begins(a, b))));
      }
      return candidates.filter((c) => !read.has(c.shard)).map((c) => c.word);
    }
  }

  const isLegal = (word) => [...LEGAL_FORMS].some((form) => form.startsWith(word));

  /** Those of a shard's records that match; with a legal form that was asked for, if any has it. */
  function matchesOf(records, query, accepts = beginning(query)) {
    const found = records.map((record) => matchOf(record, query, accepts)).filter(Boolean);
    const strict = found.filter((match) => match.all);
    return strict.length ? strict : found;
  }

  /** Those of the records that have most words of a query, `least` or more, one a whole of a name. */
  function partlyMatching(records, query, least) {
    const accepts = beginning(query);
    const found = new Map();
    for (const record of records) {
      const named = record.names.flatMap((name) => name.words);
      const beside = [...record.numbers, ...record.city];
      const fits = (list, word) => list.some((one) => accepts(word, one));
      const words = query.words.filter((word) =>
        fits(named, word) || (!isInitial(word) && fits(beside, word)));
      const whole = words.some((word) => size(word) >= SHORTEST_WRONG && named.includes(word));
      if (words.length < least || !whole) continue;
      const match = matchOf(record, { ...query, words, run: [] }, accepts);
      if (!match) continue;
      const worth = [words.includes(query.words[0]) ? 0 : 1, ...match.worth];
      found.set(record.kind + record.number, { ...match, worth, many: words.length });
    }
    const matches = [...found.values()];
    const most = Math.max(...matches.map(({ many }) => many));
    return matches.filter(({ many }) => many === most).sort(byWorth);
  }

  function nearMatches(records, query, wrong) {
    const begins = beginning(query);
    const nearly = { ...query, nearly: true };
    return matchesOf(records, nearly, (a, b) => (a === wrong ? isNear(a, b) : begins(a, b)));
  }

  /** Return a browse list if it is what was asked for: all words, and more than an initial. */
  function listFor([path, who, title, count, also], { words: found, run, joined, optional }) {
    const initials = joined && found.every((word) => run.includes(word));
    const typed = initials ? [joined] : [...found, ...optional.filter((word) => !LEGAL_FORMS.has(word))];
    const others = words(also);
    const all = [...words(title), ...others];
    const fits = (word) => all.some((one) =>
      one === word || (one.startsWith(word) && !isInitial(word) && !LEGAL_FORMS.has(one)));
    if (!typed.every(fits) || !typed.some((word) => size(word) >= SHORTEST_WRONG)) return [];
    const isTyped = (word) => typed.some((one) => word.startsWith(one));
    const whole = asked(title).every(isTyped) || others.some(isTyped);
    return [{ path, who, title, size: count, whole }];
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

  // The last six are the index's own, for the other index of this kind (scope-search.js).
  const parts = { words, asked, numberWords, Finder, treeOf, walk, address, placeOf, nearWords, groupsOf };
  if (typeof module === "object" && module.exports) module.exports = parts;
  else globalThis.signetLookup = parts;
})();
