/** The desk's entry module: one Stimulus application, htmx's settings, living times. */
import { Application } from "@hotwired/stimulus";
import { controllers } from "./controllers/index.js";
import { clearDelivered } from "./drafts.js";
import "./requests.js";
import { keepTimes } from "./times.js";

const application = Application.start();
for (const [name, controller] of Object.entries(controllers)) application.register(name, controller);
clearDelivered();
keepTimes();
