// The search of jobs: filters the open ones while the reader types.
//
// Markup it works on: <form data-jobs data-column="place" data-value="calgary" action="…">
//   <input type="search" name="q"></form> and <div id="results"></div>. Column and value name the
// list that is searched; empty, all jobs are. In #results it makes what lookup.js makes there, and
// it works as that does: while typing, from the address (?q=), with Back, with arrows and Escape.
//
// The index is /jobs/search.json, read when first asked; the words of descriptions follow from
// /jobs/search-words.json, and where they can't be had the search goes without
// (signet/publish/postings/search.py).
(() => {
  "use strict";

  const INDEX = "/jobs/search.json";
  const WORDS = "/jobs/search-words.json";
  const PAGE = 20; // results shown at once
  const PAUSE = 120; // ms without a key before a query is answered
  const QUIET = 700; // ms without change before a result is announced
  const TEXT = {
    count: (n) => (n === 1 ? "1 job" : `${n} jobs`),
    none: (query) => `No job for “${query}”.`,
    close: (query) => `No job has “${query}” exactly. These are one letter away.`,
    advice: "Check the spelling, type fewer words, or look in the lists by discipline, place and occupation.",
    lists: "See all jobs",
    looking: "Looking…",
    failed: "The search can’t be reached just now. Check your connection and try again, or use the lists.",
    again: "Try again",
    more: (n) => `Show ${n} more`,
    by: (day) => `apply by ${day}`,
  };

  // ---- Words -----------------------------------------------------------------------------------

  /** The words of a text, without case, accents and apostrophes. */
  function words(text) {
    const plain = text.normalize("NFKD").replace(/\p{M}|['’‘ʼ`´]/gu, "").toLowerCase();
    return plain.split(/[^\p{L}\p{N}+#]+/u).filter(Boolean);
  }

  /** The words of a text and other ways of writing them: "ontrack", "hanlon", "glv" of "G.L.V." */
  function ways(text) {
    const plain = words(text);
    const pairs = plain.slice(1).map((word, i) => plain[i] + word);
    const initials = plain.map((word) => (word.length > 1 ? " " : word)).join("").split(" ");
    const parts = words(text.replace(/['’‘ʼ`´]/gu, " "));
    return [...plain, ...pairs, ...initials.filter(Boolean), ...parts];
  }

  // Words of "jobs in Calgary" and "NOC 22213" that say nothing of the job; "and" may stand as "&".
  const SMALL = new Set("a an and at for in job jobs near noc of the with".split(" "));

  /** The words that somebody asks for. */
  function wordsAsked(text) {
    const all = words(text);
    const some = all.filter((word) => !SMALL.has(word));
    return some.length ? some : all;
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

  const begins = (word) => (other) => other.startsWith(word);
  const nearly = (word) => (other) =>
    other.startsWith(word) || (word.length >= 4 && (isNear(word, other) || isNear(word, other.slice(0, word.length))));

  // ---- The index -------------------------------------------------------------------------------

  const SEARCHED = ["title", "employer", "where", "type", "discipline", "occupation", "level", "designation", "also"];

  function read({ columns, shared, jobs }) {
    return jobs.map((row) => {
      const job = Object.fromEntries(
        columns.map((name, i) => [name, name in shared ? shared[name][row[i]] : row[i]]),
      );
      const title = words(job.title);
      const all = [...words(job.number), ...SEARCHED.flatMap((name) => ways(job[name] ?? ""))];
      return { ...job, words: { title, all: [...new Set(all)] } };
    });
  }

  /** For each word asked for, the numbers of the jobs whose description has one like it. */
  function described({ jobs, words: all, found }, query, like) {
    return query.map((word) => {
      const fits = like(word);
      const places = new Set(all.flatMap((one, i) => (fits(one) ? found[i] : [])));
      return new Set([...places].map((place) => jobs[place]));
    });
  }

  /**
   * The jobs that have all words; those with more of them in their title first, then those with
   * fewer in their description alone, then the newest.
   */
  function find(jobs, texts, query, like) {
    const wanted = query.map(like);
    const inText = described(texts, query, like);
    return jobs
      .map((job) => {
        const named = wanted.map((fits) => job.words.all.some(fits));
        const has = named.every((is, i) => is || inText[i].has(job.number));
        const titled = wanted.filter((fits) => job.words.title.some(fits)).length;
        return { job, has, worth: titled * 100 + named.filter(Boolean).length };
      })
      .filter(({ has }) => has)
      .sort((a, b) => b.worth - a.worth) // the index begins with the newest, and sorting is stable
      .map(({ job }) => job);
  }

  const got = {};
  function load(address, reading) {
    if (!got[address]) {
      got[address] = fetch(address, { cache: "no-cache" }).then((answer) => {
        if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
        return answer.json().then(reading);
      });
      got[address].catch(() => delete got[address]);
    }
    return got[address];
  }
  const NO_TEXTS = { jobs: [], words: [], found: [] };
  const index = () => load(INDEX, read);
  const texts = () => load(WORDS, (all) => all).catch(() => NO_TEXTS);

  // ---- The page --------------------------------------------------------------------------------

  const make = (name, className, text = "") => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.textContent = text;
    return element;
  };
  const link = (href, text) => Object.assign(make("a", "", text), { href });
  const button = (text, act) => {
    const made = make("button", "results__button", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };

  function item(job) {
    const made = make("li");
    made.dataset.number = job.number;
    const name = link(`/jobs/${encodeURIComponent(job.number)}/`, job.title);
    name.dir = "auto";
    const employer = make("bdi", "", job.employer);
    const first = make("span", "results__detail");
    first.append(employer, ` · ${job.where}`);
    const second = make("span", "results__detail", `${job.type} · ${TEXT.by(job.ends)}`);
    made.append(name, " ", first, " ", second);
    return made;
  }

  function enhance(form) {
    const input = form.elements.namedItem("q");
    const results = document.getElementById("results");
    if (!input || !results) return;
    const summary = make("p", "results__summary");
    const list = make("ol", "results__list");
    list.setAttribute("role", "list");
    const help = make("div", "results__help");
    const voice = make("p", "hide");
    voice.setAttribute("role", "status");
    form.after(voice);
    const { column, value } = form.dataset;
    const within = (job) => !column || job.scope.includes(`${column}:${value}`);
    let turn = 0; // of the latest query: whatever comes back for an earlier one is dropped
    let timer = 0;
    let pending = 0;
    let settled = location.href; // what the address was before the present typing

    const links = () => [...list.querySelectorAll("a")];
    function focus(place) {
      const target = links()[place];
      if (target) target.focus();
      return Boolean(target);
    }

    function say(text) {
      clearTimeout(pending);
      pending = setTimeout(() => (voice.textContent = text), QUIET);
    }

    function put(text, matches, more) {
      const held = links().find((one) => one === document.activeElement);
      summary.textContent = text;
      list.replaceChildren(...matches.map(item));
      help.replaceChildren(...more);
      if (!list.isConnected) results.replaceChildren(summary, list, help);
      // Who was at a job stays at it, or goes back to the box.
      if (held) (links().find((one) => one.href === held.href) || input).focus();
      say(text);
    }

    function show(text, matches, shown = PAGE) {
      const rest = Math.min(PAGE, matches.length - shown);
      const more = button(TEXT.more(rest), () => {
        show(text, matches, shown + PAGE);
        focus(shown);
      });
      put(text, matches.slice(0, shown), rest > 0 ? [more] : []);
    }

    function advise(query) {
      const way = make("p");
      way.append(link("/jobs/all/", TEXT.lists));
      put(TEXT.none(query), [], [make("p", "", TEXT.advice), way]);
    }

    function begin() {
      clearTimeout(timer);
      clearTimeout(pending);
      results.setAttribute("aria-busy", "true");
      return (turn += 1);
    }

    async function run() {
      const mine = begin();
      const query = input.value.trim();
      const asked = wordsAsked(query);
      const stale = () => mine !== turn;
      const slow = setTimeout(() => stale() || put(TEXT.looking, [], []), 800);
      try {
        if (!asked.length) {
          results.replaceChildren();
          return say("");
        }
        const [all, descriptions] = await Promise.all([index(), texts()]);
        const jobs = all.filter(within);
        if (stale()) return undefined;
        const exact = find(jobs, descriptions, asked, begins);
        if (exact.length) return show(TEXT.count(exact.length), exact);
        const close = find(jobs, descriptions, asked, nearly);
        return close.length ? show(TEXT.close(query), close) : advise(query);
      } catch {
        return stale() ? undefined : put(TEXT.failed, [], [button(TEXT.again, run)]);
      } finally {
        clearTimeout(slow);
        if (!stale()) results.setAttribute("aria-busy", "false");
      }
    }

    const addressOf = (query) => {
      const address = new URL(location.href);
      address.search = query ? new URLSearchParams({ q: query }).toString() : "";
      address.hash = "";
      return address.href;
    };

    input.addEventListener("focus", () => index().then(texts, () => {}), { once: true });
    input.addEventListener("input", () => {
      begin();
      timer = setTimeout(
        () => {
          history.replaceState(null, "", addressOf(input.value.trim()));
          run();
        },
        input.value.trim() ? PAUSE : 0,
      );
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      // The entry that typing has changed goes back to what it was, so that Back leads there.
      const wanted = addressOf(input.value.trim());
      if (wanted !== settled) {
        history.replaceState(null, "", settled);
        settled = wanted;
        history.pushState(null, "", settled);
      }
      run();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && focus(0)) event.preventDefault();
      if (event.key === "Escape" && input.value) {
        event.preventDefault();
        input.value = "";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    list.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const at = links().indexOf(event.target);
      if (event.key === "Escape" || (at === 0 && step === -1)) input.focus();
      else if (!step || at < 0 || !focus(at + step)) return;
      event.preventDefault();
    });

    const asAddressed = () => new URLSearchParams(location.search).get("q") || "";
    window.addEventListener("popstate", () => {
      settled = location.href;
      input.value = asAddressed();
      run();
    });
    if (asAddressed()) input.value = asAddressed();
    if (input.value) run(); // asked for by the address, or kept by the browser on going back
  }

  document.querySelectorAll("form[data-jobs]").forEach(enhance);
})();
