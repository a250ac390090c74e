// A list of numbers against the register: read from what was pasted, answered from each record's own
// document, written as CSV. Asks for nothing by itself; check-many-page.js shows it, with the look-up's
// own way from a number to a record (lookup.js).
(() => {
  "use strict";

  const MOST = 500;

  // ---- Reading: one number a line, or a table ----------------------------------------------------

  /** The cells of CSV text; apart by what the first line has most of. */
  function tableOf(text) {
    const plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
    const head = plain.slice(0, (plain.indexOf("\n") + 1 || plain.length + 1) - 1);
    const mark = ["\t", ";", ","].find((one) => head.includes(one)) || ",";
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < plain.length; at += 1) {
      const row = rows.at(-1);
      const sign = plain[at];
      if (quoted && sign === '"' && plain[at + 1] === '"') at += 1;
      else if (sign === '"' && (quoted || !row.at(-1).trim())) {
        quoted = !quoted;
        continue;
      } else if (!quoted && sign === mark) {
        row.push("");
        continue;
      } else if (!quoted && sign === "\n") {
        rows.push([""]);
        continue;
      }
      row[row.length - 1] += sign;
    }
    return rows.map((row) => row.map((cell) => cell.trim()));
  }

  const BEFORE = /^(?:(?:no|number|permit|member|registration|reg)\b[.:]?|#|№|[\s:])+/i;
  const bare = (cell) => cell.replace(BEFORE, "").trim();
  const isNumber = (cell) => /^[A-Za-z]{0,3}[\s-]*\d(?:[\d\s-]*\d)?$/.test(bare(cell));
  const HEADING = /^(?:.*\b)?(?:number|no\.?|permit|registration)$/i;
  const SHORTEST = 3;
  const isLong = (cell) => isNumber(cell) && cell.replace(/\D/g, "").length >= SHORTEST;

  /** Which column has the numbers: the one that is called so, else the one with most of them. */
  function columnOf(rows) {
    const named = rows[0].findIndex((cell) => HEADING.test(cell));
    if (named >= 0 && !isNumber(rows[0][named])) return named;
    const width = Math.max(...rows.map((row) => row.length));
    const counts = Array.from({ length: width }, (_, at) => rows.filter((row) => isLong(row[at] || "")).length);
    return counts.indexOf(Math.max(...counts));
  }

  /**
   * Read what was pasted: `numbers` as they stand there, each once; `others` are lines without one,
   * but for a heading; `repeated` is how many were left out as they had come before.
   */
  function numbersIn(text) {
    const rows = tableOf(text).filter((row) => row.some(Boolean));
    if (!rows.length) return { numbers: [], others: [], repeated: 0 };
    // Nothing but numbers, with whatever between them.
    const pieces = text.split(/[\ufeff"\r\n\t,;]+/).map((one) => one.trim()).filter(Boolean);
    const listed = pieces.every(isLong);
    const column = listed ? 0 : columnOf(rows);
    const found = listed ? pieces.map((one) => ({ number: bare(one) })) : rows.flatMap((row, at) => {
      const cell = row[column] || "";
      if (isNumber(cell)) return [{ number: bare(cell) }];
      return at ? [{ other: cell || row.filter(Boolean).join(", ") }] : [];
    });
    const all = found.filter(({ number }) => number).map(({ number }) => number);
    const same = (number) => number.toUpperCase().replace(/[^A-Z0-9]/g, "");
    const seen = new Set();
    const numbers = all.filter((number) => !seen.has(same(number)) && seen.add(same(number)));
    const others = found.filter(({ other }) => other !== undefined).map(({ other }) => other);
    return { numbers, others, repeated: all.length - numbers.length };
  }

  // ---- Answering ---------------------------------------------------------------------------------

  const NOBODY = "No record has this number";
  const SEVERAL = "Several records have this number";
  const BEFORE_RECORD = "The register tells nothing of this day";
  const UNREAD = "Couldn’t be checked";

  const unanswered = (given, words, tone) => ({
    given, number: "", kind: "", name: "", words, tone, since: "", reason: "", until: "", conditions: 0, titles: "",
  });

  /** What a record's document says of a day; of the day that it is current to, its own verdict. */
  function answerOf(given, kind, document, on, current) {
    const { number, name, periods = [] } = document;
    const isToday = !on || on === current;
    const period = isToday ? document : periods.find((one) =>
      !one.corrected_on && one.first_day <= on && (!one.last_day || on <= one.last_day));
    const record = { ...unanswered(given, BEFORE_RECORD, "unclear"), number, kind, name };
    if (!period) return record;
    const { words, tone, since, reason, until } = isToday ? document.headline : period.verdict;
    const titles = (period.designations || []).map((one) => one.code || one).join(", ");
    return { ...record, words, tone, since, reason, until, titles, conditions: period.conditions.length };
  }

  /** Find the record of a number; null where there is none, undefined where that can't be told. */
  async function recordOf(number, finder, numberWords) {
    const whole = numberWords(number)[0];
    const { matches, complete } = await finder.find(number);
    const records = matches.map(({ record }) => record);
    const exact = records.filter((record) => numberWords(record.number)[0] === whole);
    const digits = records.filter((record) => numberWords(record.number)[1] === whole);
    const found = exact.length ? exact : digits;
    return found.length || complete ? found : undefined;
  }

  /** Answer for one number; `read` gives a document by its path, null for none. */
  async function check(given, { on, current, finder, numberWords, read }) {
    try {
      const found = await recordOf(given, finder, numberWords);
      if (found === undefined) return unanswered(given, UNREAD, "unread");
      if (!found.length) return unanswered(given, NOBODY, "nobody");
      if (found.length > 1) return unanswered(given, SEVERAL, "unclear");
      const [{ kind, number }] = found;
      const document = await read(`/register/${kind}s/${encodeURIComponent(number)}/index.json`);
      // Found a moment ago: the release has changed meanwhile.
      return document ? answerOf(given, kind, document, on, current) : unanswered(given, UNREAD, "unread");
    } catch {
      return unanswered(given, UNREAD, "unread");
    }
  }

  const FROM_WORST = ["bad", "nobody", "unclear", "unread", "warn", "neutral", "good"];
  const PROBLEMS = FROM_WORST.slice(0, 5);
  const isProblem = ({ tone }) => PROBLEMS.includes(tone);
  const problemsFirst = (answers) =>
    [...answers].sort((a, b) => FROM_WORST.indexOf(a.tone) - FROM_WORST.indexOf(b.tone));

  /** Do something for each of some items, so many at a time, in their order. */
  async function each(items, act, most = 6) {
    const results = [];
    let next = 0;
    const work = async () => {
      while (next < items.length) {
        const at = next;
        next += 1;
        results[at] = await act(items[at]);
      }
    };
    await Promise.all(Array.from({ length: most }, work));
    return results;
  }

  // ---- Writing: the same rule for cells as signet/register/exchange/cells.py ---------------------

  const BLANK = "(?:[^\\S\\r\\n]|[\\x00-\\x08\\x0e-\\x1f\\x7f\\x85\\u00ad\\u200b-\\u200f\\u2060\\ufeff])";
  const FORMULA = `'*(?:\\t|${BLANK}*[=+\\-@＝＋－＠])`;
  const AT_START = new RegExp(`^(?:'*[\\r\\n]|${FORMULA})`, "u");
  const AT_LATER_LINE = new RegExp(`(?<=[\\r\\n])(?=${FORMULA})`, "gu");

  /** The cell as text that a spreadsheet shows and never runs. */
  function safe(cell) {
    const lines = cell.replace(AT_LATER_LINE, "'");
    return AT_START.test(lines) ? `'${lines}` : lines;
  }

  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const lineOf = (cells) => `${cells.map((cell) => quoted(safe(String(cell)))).join(",")}\n`;

  const COLUMNS = [
    "given", "number", "kind", "name", "standing", "standing_since", "standing_reason", "until",
    "designations", "conditions", "day", "register_current_to",
  ];

  /** The answers as CSV, with the mark by which a spreadsheet knows UTF-8. */
  function csvOf(answers, on, current) {
    const lines = answers.map((one) => [
      one.given, one.number, one.kind, one.name, one.words, one.since, one.reason, one.until,
      one.titles, one.number && one.since ? one.conditions : "", on || current, current,
    ]);
    return `\ufeff${[COLUMNS, ...lines].map(lineOf).join("")}`;
  }

  const parts = { MOST, numbersIn, answerOf, check, problemsFirst, isProblem, each, safe, csvOf };
  if (typeof module === "object" && module.exports) module.exports = parts;
  else globalThis.signetCheckMany = parts;
})();
