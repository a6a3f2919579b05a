/** Entry of the phone page. */
import { render } from "lit-html";
import { App } from "./app.js";
import { loadTexts } from "./gettext.js";
import { readsCodes } from "./scanner.js";
import { tell, watch } from "./updates.js";
import { Check } from "./views/check.js";
import { CannotScan } from "./views/cannot.js";
import { failure } from "./views/frame.js";
import { Home } from "./views/home.js";
import { OutboxView } from "./views/outbox.js";
import { Point } from "./views/point.js";
import { Report } from "./views/report.js";
import { RoundView } from "./views/round.js";
import { Scan } from "./views/scan.js";
import { Settings } from "./views/settings.js";
import { SignIn } from "./views/signin.js";
import { SignOut } from "./views/signout.js";
import { Typed } from "./views/typed.js";

const routes = {
  "": Home, round: RoundView, scan: Scan, type: Typed, point: Point, check: Check, cannot: CannotScan,
  report: Report, outbox: OutboxView, signin: SignIn, signout: SignOut, settings: Settings,
};

async function start() {
  const root = document.getElementById("app");
  const { language, texts, wasm, worker } = document.body.dataset;
  await loadTexts(texts, language);
  const app = new App(root, { language, wasm, routes, open: ["signin", "settings"] });
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
  await tell({ type: "language", language });
  if (!(await readsCodes())) await tell({ type: "later" });
}

start();
