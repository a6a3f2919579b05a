/** Every behaviour by its data-controller name. Libraries they need are imported when first used. */
import Autosubmit from "./autosubmit_controller.js";
import Bell from "./bell_controller.js";
import Chart from "./chart_controller.js";
import Chosen from "./chosen_controller.js";
import Clipboard from "./clipboard_controller.js";
import Clock from "./clock_controller.js";
import Countdown from "./countdown_controller.js";
import Dialog from "./dialog_controller.js";
import Dismiss from "./dismiss_controller.js";
import Draft from "./draft_controller.js";
import EnterNext from "./enter_next_controller.js";
import Focus from "./focus_controller.js";
import Intake from "./intake_controller.js";
import Kind from "./kind_controller.js";
import Lightbox from "./lightbox_controller.js";
import Lanes from "./lanes_controller.js";
import Live from "./live_controller.js";
import LiveState from "./live_state_controller.js";
import Mention from "./mention_controller.js";
import Menu from "./menu_controller.js";
import PhotosInput from "./photos_input_controller.js";
import Plan from "./plan_controller.js";
import Progress from "./progress_controller.js";
import SelectAll from "./select_all_controller.js";
import Theme from "./theme_controller.js";

export const controllers = {
  autosubmit: Autosubmit,
  bell: Bell,
  chart: Chart,
  chosen: Chosen,
  clipboard: Clipboard,
  clock: Clock,
  countdown: Countdown,
  dialog: Dialog,
  dismiss: Dismiss,
  draft: Draft,
  "enter-next": EnterNext,
  focus: Focus,
  intake: Intake,
  kind: Kind,
  lightbox: Lightbox,
  lanes: Lanes,
  live: Live,
  "live-state": LiveState,
  mention: Mention,
  menu: Menu,
  "photos-input": PhotosInput,
  plan: Plan,
  progress: Progress,
  "select-all": SelectAll,
  theme: Theme,
};
