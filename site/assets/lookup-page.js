// The look-up as a reader sees it: results while they type, by lookup.js, which comes before.
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
// and after the form a live region (role="status"), out of sight. #results is aria-busy until it
// answers all that is in the box.
(() => {
  "use strict";

  const { asked, Finder } = globalThis.signetLookup;

  const TEXT = {
    one: "1 result",
    many: (count) => `${count} results`,
    firstOf: (shown, count) => `${count} match; these are the first ${shown}. Add a letter, a first name or a city.`,
    first: (shown) => `These are the first ${shown}. Add a letter, a first name or a city to see others.`,
    typed: (count) =>
      `${count} ${count === 1 ? "matches" : "match"} as typed. There may be longer names that begin so: add a letter to see them.`,
    byName: (count, lists) =>
      `${count} ${count === 1 ? "has" : "have"} this in the name.` +
      (!lists ? "" : lists > 1 ? " For everybody they cover, open the lists." : " For everybody it covers, open the list."),
    onlyLists: (lists) =>
      lists > 1 ? "No name matches, but the register has these lists." : "No name matches, but the register has a list of it.",
    list: (who, title) => `${who}: ${title}`,
    size: (count) => `${count.toLocaleString("en-CA")} in this list`,
    unsure: (query) => `Too many names begin like “${query}” to tell which you want. Add a letter, a first name or a city.`,
    close: (query) => `Nothing matches “${query}” exactly. These are close in spelling.`,
    partly: (query) => `Nothing matches all of “${query}”. These match part of it.`,
    none: (query) => `No match for “${query}”.`,
    nobody: (numbers) => `No record has the number ${numbers.join(", ")}.`,
    empty: "Type a name, a registration or permit number, or a company.",
    nothing: (query) => `“${query}” has no letters or digits. Type a name, a registration or permit number, or a company.`,
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
    title: (query, title) => `“${query}” – ${title}`,
  };

  const PAGE = 20; // results shown at once
  const PAUSE = 120; // ms without a key before a query is looked up
  const DOUBT = 250; // ms more before a word is taken to be misspelt
  const SLOW = 800; // ms before a wait is spoken of
  const QUIET = 700; // ms without change before a result is announced

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
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  function enhance(form) {
    const input = form.elements.namedItem("q");
    const results = document.getElementById("results");
    if (!input || !results) return;
    const home = new URL(form.action);
    const browse = new URL(form.dataset.browse || "browse/", home).href;
    const onRegister = location.pathname === home.pathname;
    const finder = new Finder(loader(new URL("lookup/", home)));
    const view = new View(results, form, input, { home, browse, help: form.dataset.help });
    view.offerFilters(onRegister, finder);
    let turn = 0; // of the latest query: whatever comes back for an earlier one is dropped
    let timer = 0;
    let settled = location.href; // what the address was before the present typing
    let before = history.state; // what the history kept of that
    const title = document.title;

    const addressOf = (query) => {
      const address = new URL(location.href);
      address.search = query ? new URLSearchParams({ q: query }).toString() : "";
      address.hash = "";
      return view.filters ? signetFilters.write(address, view.filters.chosen) : address.href;
    };

    const begin = () => {
      clearTimeout(timer);
      view.busy(true);
      return (turn += 1);
    };

    /** Keep in the history what is asked and how far it is read, for whoever comes back to it. */
    const remember = (lookup, address = location.href) => {
      history.replaceState({ ...history.state, lookup }, "", address);
      if (address === settled) before = history.state;
    };
    const remembered = () => history.state?.lookup || {};
    view.onMore = (shown) => remember({ ...remembered(), shown });
    view.onFiltered = () => (settled = location.href);
    view.onOpen = (href) => remember({ ...remembered(), opened: href });

    async function run(sure) {
      const mine = begin();
      const query = input.value.trim();
      const stale = () => mine !== turn;
      const slow = setTimeout(() => stale() || view.wait(), SLOW);
      document.title = query ? TEXT.title(query, title) : title;
      try {
        if (!query) return sure ? view.hint(TEXT.empty) : view.clear();
        if (!asked(query).length) return view.hint(TEXT.nothing(query));
        const answer = await finder.find(query);
        if (stale()) return undefined;
        const { shown, opened } = remembered();
        const told = answer.matches.length || answer.lists.length || answer.missing.length;
        if (told) return view.show(answer, shown, opened);
        // Half a word is no misspelling: wait whether more comes.
        if (!sure) await wait(DOUBT);
        if (stale()) return undefined;
        const close = await finder.correct(query);
        if (stale()) return undefined;
        if (close.exact) return view.show(close, shown, opened);
        return view.showClose(query, answer, close, choose);
      } catch {
        return stale() ? undefined : view.fail(() => run(true));
      } finally {
        clearTimeout(slow);
        if (!stale()) view.busy(false);
      }
    }

    function choose(query) {
      input.value = query;
      input.focus();
      submit();
    }

    function submit() {
      const query = input.value.trim();
      if (!onRegister) return location.assign(new URL(`?${new URLSearchParams({ q: query })}`, home));
      // The entry that typing has changed goes back to what it was, so that Back leads there.
      if (addressOf(query) !== settled) {
        history.replaceState(before, "", settled);
        settled = addressOf(query);
        history.pushState({ lookup: { query } }, "", settled);
        before = history.state;
      }
      return run(true);
    }

    input.addEventListener("focus", () => finder.ready().catch(() => {}), { once: true });
    input.addEventListener("input", () => {
      begin();
      view.forgetFilters(); // they might keep out what is asked for now
      timer = setTimeout(
        () => {
          const query = input.value.trim();
          remember({ query }, onRegister ? addressOf(query) : location.href);
          run(false);
        },
        input.value.trim() ? PAUSE : 0,
      );
    });
    // A box of one line would run pasted lines together.
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text") || "";
      if (!/[\r\n]/.test(text.trim())) return;
      event.preventDefault();
      input.setRangeText(text.trim().replace(/\s*[\r\n]+\s*/g, ", "), input.selectionStart, input.selectionEnd, "end");
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    form.addEventListener("submit", (event) => {
      if (!onRegister) return;
      event.preventDefault();
      submit();
    });
    form.addEventListener("keydown", (event) => {
      if (event.target !== input) return;
      if (event.key === "ArrowDown" && view.focus(0)) event.preventDefault();
      if (event.key === "Escape" && input.value) {
        event.preventDefault();
        input.value = "";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    view.list.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const at = view.links().indexOf(event.target);
      if (event.key === "Escape" || (at === 0 && step === -1)) input.focus();
      else if (!step || at < 0 || !view.focus(at + step)) return;
      event.preventDefault();
    });

    const asAddressed = () => new URLSearchParams(location.search).get("q");
    if (onRegister) {
      window.addEventListener("popstate", () => {
        settled = location.href;
        before = history.state;
        input.value = asAddressed() || "";
        view.forgetFilters(location.href);
        run(asAddressed() !== null);
      });
    }
    // Asked for by the address or the history, or kept by the browser on going back.
    const wanted = (onRegister && asAddressed()) || remembered().query;
    if (wanted) input.value = wanted;
    if (input.value || (onRegister && asAddressed() !== null)) run(true);
  }

  /** Return what fetches the index's files, always asking whether a kept copy is still the one. */
  function loader(base) {
    return async (path) => {
      const response = await fetch(new URL(path, base), { cache: "no-cache" });
      if (response.status === 404 || response.status === 403 || response.status === 410) return null;
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response.json();
    };
  }

  /** Shows answers in #results, and has them read out when they have come to rest. */
  class View {
    constructor(results, form, box, addresses) {
      this.addresses = addresses;
      this.box = box;
      this.summary = make("p", "results__summary");
      this.help = make("div", "results__help");
      this.isList = /^[OU]L$/.test(results.tagName);
      this.results = results;
      this.list = this.isList ? results : make("ol", "results__list");
      this.list.setAttribute("role", "list");
      this.voice = make("p", "lookup__voice");
      this.voice.setAttribute("role", "status");
      Object.assign(this.voice.style, {
        position: "absolute", width: "1px", height: "1px", margin: "-1px", overflow: "hidden",
        clipPath: "inset(50%)", whiteSpace: "nowrap",
      });
      form.after(this.voice);
    }

    links() {
      return [...this.list.querySelectorAll("a")];
    }

    /** Offer the filters of filters.js, where the page has it. */
    offerFilters(onRegister, finder) {
      if (!onRegister || !globalThis.signetFilters) return;
      this.filters = new signetFilters.Panel(() => {
        this.onFiltered();
        this.again?.();
      }, finder);
    }

    forgetFilters(address = "about:blank") {
      if (this.filters) this.filters.chosen = signetFilters.read(address);
    }

    /** Move the focus to a result; tell whether there is one. */
    focus(place) {
      const target = this.links()[place];
      if (target) target.focus();
      return Boolean(target);
    }

    /** Say whether the results are still those of an earlier query, which aren't read out. */
    busy(is) {
      if (is) clearTimeout(this.pending);
      this.results.setAttribute("aria-busy", String(is));
    }

    /** Say one sentence instead of results. */
    hint(text) {
      this.put(text, [], []);
    }

    clear() {
      this.filters?.element.remove();
      this.list.replaceChildren();
      this.summary.remove();
      this.help.remove();
      if (!this.isList) this.results.replaceChildren();
      this.say("");
    }

    say(text) {
      clearTimeout(this.pending);
      this.pending = setTimeout(() => (this.voice.textContent = text), QUIET);
    }

    put(summary, matches, help, lists = [], filters = null) {
      if (!filters) this.filters?.element.remove();
      const held = this.links().find((link) => link === document.activeElement);
      this.summary.textContent = summary;
      // A list whose name was asked for comes first, one that merely begins so after the records.
      const listed = (whole) => lists.filter((list) => list.whole === whole).map((list) => this.listed(list));
      this.list.replaceChildren(...listed(true), ...matches.map((match) => this.item(match)), ...listed(false));
      this.help.replaceChildren(...help);
      if (this.isList) {
        this.results.before(this.summary);
        this.results.after(this.help);
      } else if (this.list.parentNode !== this.results) {
        this.results.replaceChildren(this.summary, this.list, this.help);
      }
      // Who was at a record stays at it, or goes back to the box.
      if (held) (this.links().find((link) => link.href === held.href) || this.box).focus();
      this.say(summary);
    }

    wait() {
      if (this.summary.isConnected) this.summary.textContent = TEXT.looking;
      else this.put(TEXT.looking, [], []);
    }

    /** Show the first of an answer; `opened` is the result that a reader comes back from. */
    show(answer, shown = PAGE, opened = "") {
      const all = this.filters ? this.filters.overResults(answer) : answer.matches;
      this.again = () => this.show(answer);
      const first = all.slice(0, shown);
      const rest = Math.min(PAGE, all.length - first.length);
      const more = button(TEXT.more(rest), () => {
        this.onMore(shown + PAGE);
        this.show(answer, shown + PAGE);
        this.focus(answer.lists.filter((list) => list.whole).length + shown);
      });
      this.put(summaryOf(first.length, answer), first, rest ? [more] : [], answer.lists, this.filters);
      if (this.filters && !this.filters.element.isConnected) this.summary.after(this.filters.element);
      const back = opened && this.links().find((link) => link.href === opened);
      if (back) back.focus();
    }

    showClose(query, { complete }, { matches, spellings, partly }, choose) {
      const others = spellings.slice(0, 5).map((other) => button(other, () => choose(other)));
      const also = others.length ? [make("p", "", TEXT.also)] : [];
      also.forEach((line) => line.append(...others.flatMap((one) => [one, " "])));
      const help = matches.length ? also : [...also, this.advice()];
      const none = complete ? TEXT.none : TEXT.unsure;
      const some = partly ? TEXT.partly : TEXT.close;
      this.put((matches.length ? some : none)(query), matches.slice(0, PAGE), help);
    }

    fail(again) {
      this.put(TEXT.failed, [], [button(TEXT.again, again), this.way(this.addresses.browse, TEXT.browse)]);
    }

    way(address, text) {
      const line = make("p");
      line.append(link(address, text));
      return line;
    }

    advice() {
      const list = make("ul", "results__advice");
      list.append(...TEXT.advice.map((text) => make("li", "", text)));
      const ways = [[this.addresses.browse, TEXT.browse], [this.addresses.help, TEXT.help]];
      for (const [address, text] of ways) {
        if (!address) continue;
        const item = make("li");
        item.append(link(address, text));
        list.append(item);
      }
      return list;
    }

    /** A browse list that bears the name asked for: a city, a discipline, a designation. */
    listed({ path, who, title, size }) {
      const item = make("li", "results__to-list");
      item.append(link(new URL(path, this.addresses.home).href, TEXT.list(who, title)), " ");
      item.append(make("span", "results__detail", TEXT.size(size)));
      return item;
    }

    item({ record, other }) {
      const item = make("li");
      item.dataset.number = record.number;
      item.dataset.kind = record.kind;
      const path = `${record.kind}s/${encodeURIComponent(record.number)}/`;
      const name = link(new URL(path, this.addresses.home).href, record.label);
      name.dir = "auto";
      name.addEventListener("click", () => this.onOpen(name.href));
      item.append(name, " ");
      if (other) {
        const line = make("span", "results__other", `${other.what} `);
        line.append(make("bdi", "", other.text));
        item.append(line, " ");
      }
      const detail = [record.number, record.detail].filter(Boolean).join(" · ");
      item.append(make("span", "results__detail", detail), " ");
      item.append(make("span", `status status--${record.tone}`, record.status));
      return item;
    }
  }

  /** Say how many there are, and no more than is known. */
  function summaryOf(shown, answer) {
    const missed = answer.missing.length ? TEXT.nobody(answer.missing) : "";
    if (!answer.matches.length) return missed || TEXT.onlyLists(answer.lists.length);
    return missed ? `${foundOf(shown, answer)}. ${missed}` : foundOf(shown, answer);
  }

  function foundOf(shown, { matches, count, complete, scope, lists }) {
    const all = count === matches.length;
    if (complete && !lists.length) return count === 1 ? TEXT.one : TEXT.many(count);
    if (all && (lists.length || scope === "name")) return TEXT.byName(count, lists.length);
    if (count !== null) return TEXT.firstOf(shown, count);
    return scope === "typed" ? TEXT.typed(matches.length) : TEXT.first(shown);
  }

  document.querySelectorAll("form[data-lookup]").forEach(enhance);
})();
