// On the page of a job: tells once that it was seen, and nothing else. Nothing is kept here, and
// nothing of the reader is sent but the job's number.
(() => {
  "use strict";
  const { job } = document.currentScript.dataset;
  let told = false;
  function tell() {
    if (told || document.prerendering || document.visibilityState !== "visible") return;
    told = true;
    navigator.sendBeacon("/services/jobs/seen", new URLSearchParams({ number: job }));
  }
  // A page made ready ahead, or opened in a tab behind, is seen when somebody comes to it.
  document.addEventListener("prerenderingchange", tell);
  document.addEventListener("visibilitychange", tell);
  tell();
})();
