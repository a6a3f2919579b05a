/** Entry of the phone page. */
import { render } from "lit-html";
import { App } from "./app.js";
import { loadTexts } from "./gettext.js";
import { tell, watch } from "./updates.js";
import { failure } from "./views/frame.js";
import { Home } from "./views/home.js";
import { SignIn } from "./views/signin.js";

/** What the first look needs comes with the page; the rest follows at once, before anyone asks for it. */
const routes = {
  "": async () => Home,
  signin: async () => SignIn,
  round: async () => (await import("./views/round.js")).RoundView,
  scan: async () => (await import("./views/scan.js")).Scan,
  check: async () => (await import("./views/check.js")).Check,
  report: async () => (await import("./views/report.js")).Report,
  cases: async () => (await import("./views/cases.js")).Cases,
  case: async () => (await import("./views/case.js")).CaseView,
  casework: async () => (await import("./views/casework.js")).CaseWork,
  casenote: async () => (await import("./views/casenote.js")).CaseNote,
  casehelp: async () => (await import("./views/casehelp.js")).CaseHelp,
  decline: async () => (await import("./views/decline.js")).Decline,
  outbox: async () => (await import("./views/outbox.js")).OutboxView,
  type: async () => (await import("./views/typed.js")).Typed,
  cannot: async () => (await import("./views/cannot.js")).CannotScan,
  point: async () => (await import("./views/point.js")).Point,
  password: async () => (await import("./views/password.js")).Password,
  settings: async () => (await import("./views/settings.js")).Settings,
  signout: async () => (await import("./views/signout.js")).SignOut,
};

async function start() {
  const root = document.getElementById("app");
  const { language, texts, wasm, worker } = document.body.dataset;
  await loadTexts(texts, language);
  const app = new App(root, { language, wasm, routes, open: ["signin", "settings"], free: ["password", "signin", "settings", "signout", "outbox"] });
  root.replaceChildren();
  try {
    await app.start();
  } catch (error) {
    console.error(error);
    render(failure(error), root);
  }
  document.documentElement.dataset.ready = "true";
  await watch(worker, (accept) => {
    app.accept = accept;
    app.render();
  });
  await Promise.allSettled(Object.values(routes).map((load) => load()));
  const { readsCodes } = await import("./scanner.js");
  await tell({ type: "language", language });
  if (!(await readsCodes())) await tell({ type: "later" });
}

start();
