/**
 * Who works with this phone. The person stays the person offline and after the server's session
 * has ended ("sign in to send"); only signing out or another person's sign-in changes that.
 */
export class Session {
  /** The one-time password just signed in with, until the person has chosen their own; never kept on disk. */
  #oneTime = null;

  constructor({ store, vault, api, clock, onChange = () => {} }) {
    Object.assign(this, { store, vault, api, clock, onChange });
    this.person = null;
    this.company = null;
    this.state = "out"; // "out" | "live" | "unsure" | "expired" | "other" | "ended"
    this.mustChoose = false; // the password is a one-time one: the server takes in records and nothing else
  }

  /** Take up what the phone remembers; works offline. */
  async restore() {
    const id = await this.store.get("meta", "person_id");
    if (id === undefined || id === null) return null;
    const box = await this.store.get("sealed", `profile:${id}`);
    const profile = box ? await this.vault.open(id, "profile", box).catch(() => null) : null;
    this.person = profile?.person ?? { id, name: "", staff_number: "", language: "" };
    this.company = profile?.company ?? null;
    this.state = (await this.store.get("meta", "session_expired")) ? "expired" : "unsure";
    this.mustChoose = (await this.store.get("meta", "own_password_needed")) === id;
    this.api.personId = this.person.id;
    return this.person;
  }

  async signIn(identifier, password) {
    this.api.personId = null;
    const before = await this.api.call("GET", "/api/v1/session/"); // for the CSRF token
    if (before.kind === "none" || before.kind === "foreign") return { ok: false, reason: "offline" };
    const answer = await this.api.write("POST", "/api/v1/session/", { json: { identifier, password } });
    if (answer.kind === "answer" && answer.data.person) {
      await this.#become(answer.data);
      this.#oneTime = this.mustChoose ? password : null;
      return { ok: true, person: this.person };
    }
    if (answer.kind === "problem" && answer.data.code === "deactivated") return this.#late(answer.data.person_id, identifier);
    this.api.personId = this.person?.id ?? null;
    if (answer.kind !== "problem") return { ok: false, reason: answer.status >= 500 ? "server" : "offline" };
    if (answer.data.code === "second_factor") return { ok: false, reason: "second_factor", url: answer.data.url };
    if (answer.status === 429) return { ok: false, reason: "locked", retryAfter: answer.retryAfter };
    return { ok: false, reason: answer.status < 500 ? "credentials" : "server" };
  }

  /** A closed account signs in to hand in what lies sealed here, and for nothing else. */
  async #late(id, identifier) {
    const waits = await this.store.read(["outbox", "photos"], async (tx) => {
      const [records, photos] = [tx.objectStore("outbox").index("person"), tx.objectStore("photos").index("person")];
      return (await records.count(id)) + (await photos.count(id));
    });
    if (waits === 0) {
      await this.api.write("DELETE", "/api/v1/session/");
      this.api.personId = this.person?.id ?? null;
      return { ok: false, reason: "deactivated" };
    }
    const person = this.person?.id === id ? this.person : { id, name: "", staff_number: identifier, language: "" };
    await this.#become({ person, company: this.company });
    this.#set("ended");
    return { ok: true, person };
  }

  /** Must the person type the one-time password again? Not right after signing in with it. */
  get asksCurrent() {
    return this.#oneTime === null;
  }

  /**
   * Replace the one-time password. Resolves with `{ok}` or a reason; "invalid" comes with the
   * server's codes by field, "signin" when it is not certain which password holds now.
   */
  async choosePassword(password, current = this.#oneTime) {
    const answer = await this.api.write("POST", "/api/v1/session/password/", { json: { current: current ?? "", password } });
    if (answer.kind === "answer" && answer.data.person) {
      await this.#become(answer.data);
      return { ok: true };
    }
    if (answer.kind === "problem" && answer.data.code === "invalid") {
      if (answer.data.codes?.current) this.#oneTime = null;
      return { ok: false, reason: "invalid", codes: answer.data.codes ?? {} };
    }
    if (answer.kind === "problem" && answer.status === 401) {
      await this.expired();
      return { ok: false, reason: "signin" };
    }
    if (answer.status === 429) return { ok: false, reason: "locked", retryAfter: answer.retryAfter };
    return { ok: false, reason: answer.status >= 500 ? "server" : "offline" };
  }

  async #become({ person, company, own_password_needed: mustChoose = false }) {
    const box = await this.vault.seal(person.id, "profile", { person, company });
    await this.store.write(["meta", "sealed"], async (tx) => {
      await tx.objectStore("meta").put(person.id, "person_id");
      await tx.objectStore("meta").delete("session_expired");
      await tx.objectStore("meta").delete("sign_out_pending");
      await tx.objectStore("meta").put(mustChoose ? person.id : null, "own_password_needed");
      await tx.objectStore("sealed").put(box, `profile:${person.id}`);
    });
    this.person = person;
    this.company = company ?? null;
    this.api.personId = person.id;
    this.mustChoose = mustChoose;
    if (!mustChoose) this.#oneTime = null;
    this.#set("live");
  }

  /**
   * Take over the session this browser already has, as after a sign-in on the desk pages. Not
   * while a sign-out still has to reach the server.
   */
  async join() {
    await this.#endSession();
    if (await this.store.get("meta", "sign_out_pending")) return false;
    const answer = await this.api.call("GET", "/api/v1/session/");
    if (this.person || answer.kind !== "answer" || !answer.data.person) return false;
    await this.#become(answer.data);
    return true;
  }

  /**
   * Sign out. What waits stays sealed for this person; the rest of what the phone kept for them
   * goes, and their key too when nothing waits. Offline, the server is told at the next contact,
   * before anything else.
   */
  async signOut() {
    const { id } = this.person;
    await this.store.write(["meta", "sealed", "receipts", "visits", "outbox", "photos", "drafts", "keys"], (tx) => clear(tx, id));
    this.person = null;
    this.company = null;
    this.mustChoose = false;
    this.#oneTime = null;
    this.api.personId = null;
    this.#set("out");
    await this.#endSession();
  }

  async #endSession() {
    if (!(await this.store.get("meta", "sign_out_pending"))) return;
    await this.api.write("DELETE", "/api/v1/session/");
    const after = await this.api.call("GET", "/api/v1/session/");
    if (after.kind === "problem" && after.status === 401) await this.store.delete("meta", "sign_out_pending");
  }

  /** Before sending: is the server's session this person's? Resolves with `{ok, id}` or a reason. */
  async confirm() {
    if (!this.person) {
      await this.#endSession();
      return { ok: false, reason: "signin" };
    }
    const answer = await this.api.call("GET", "/api/v1/session/");
    if (answer.kind === "answer" && answer.data.person) {
      if (answer.data.person.id !== this.person.id) {
        this.#set("other");
        return { ok: false, reason: "other" };
      }
      if (this.state === "expired") await this.store.delete("meta", "session_expired");
      await this.#demand(answer.data.own_password_needed ?? false);
      this.#set("live");
      return { ok: true, id: this.person.id };
    }
    if (answer.kind === "problem" && answer.status === 401) {
      if (answer.data.code === "deactivated" && answer.data.person_id === this.person.id) {
        this.#set("ended"); // the account is closed; what was recorded before may still be handed in
        return { ok: true, id: this.person.id };
      }
      await this.expired();
      return { ok: false, reason: "signin" };
    }
    if (answer.status >= 500) return { ok: false, reason: "server", retryAfter: answer.retryAfter };
    return { ok: false, reason: answer.kind === "none" ? "offline" : "portal", retryAfter: answer.retryAfter };
  }

  /** The server says whether a password has to be chosen; it may have been chosen at the desk meanwhile. */
  async #demand(mustChoose) {
    if (mustChoose === this.mustChoose) return;
    await this.store.put("meta", mustChoose ? this.person.id : null, "own_password_needed");
    this.mustChoose = mustChoose;
    this.onChange(this.state);
  }

  async expired() {
    await this.store.put("meta", true, "session_expired");
    this.#set("expired");
  }

  /** One clock handshake with the server; kept for the next page life. */
  async askTime() {
    await this.clock.handshake(async () => {
      const answer = await this.api.call("GET", "/api/v1/phone/clock/");
      return answer.kind === "answer" ? Date.parse(answer.data.server_time) : NaN;
    });
    const saved = this.clock.saved();
    if (saved) await this.store.put("meta", saved, "clock");
  }

  /** Another tab signed in or out. */
  async reload() {
    const id = (await this.store.get("meta", "person_id")) ?? null;
    if (id === null && this.person) {
      this.person = null;
      this.api.personId = null;
      this.#set("out");
    } else if (id !== null) {
      await this.restore();
      this.onChange(this.state);
    }
  }

  #set(state) {
    if (state === this.state) return;
    this.state = state;
    this.onChange(state);
  }
}

/** Remove what a person who signs out leaves behind and does not need for sending. */
async function clear(tx, personId) {
  const table = (name) => tx.objectStore(name);
  await table("meta").delete("person_id");
  await table("meta").delete("own_password_needed");
  await table("meta").put(true, "sign_out_pending");
  await table("sealed").delete(`bundle:${personId}`);
  await table("sealed").delete(`profile:${personId}`);
  for (const receipt of await table("receipts").getAll()) if (receipt.person_id === personId) await table("receipts").delete(receipt.id);
  for (const visit of await table("visits").getAll()) if (visit.person_id === personId && visit.state !== "saved") await table("visits").delete(visit.id);
  const drafts = (await table("drafts").getAllKeys()).filter((key) => key.startsWith(`${personId}:`));
  const waits = drafts.length + (await table("outbox").index("person").count(personId)) + (await table("photos").index("person").count(personId));
  if (waits === 0) await table("keys").delete(personId);
}
