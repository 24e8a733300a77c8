/** The one store: what the page shows is a function of it. */

/**
 * @typedef {object} Sending what the last try said
 * @property {'idle' | 'sending' | 'done' | 'lost' | 'wait' | 'signed_out' | 'refused'} is
 * @property {string | null} at when the last one that ended well ended
 * @property {any} problem
 */
/** @typedef {{text: string, undo?: () => void, label?: string}} Notice */
/**
 * @typedef {object} State
 * @property {'fr' | 'en'} language
 * @property {Words} words
 * @property {string} build
 * @property {import('./router.js').Route} route
 * @property {string} today
 * @property {Record<string, import('./device/device.js').Day>} days
 * @property {Record<string, import('./domain/form.js').Form>} forms
 * @property {Facts} facts
 * @property {any[]} places of the organisation, and those proposed on this device
 * @property {any[]} outcomes of planned sessions, as they were told here and not sent yet
 * @property {import('./domain/form.js').Form | null} form that is open
 * @property {import('./domain/rules.js').Fault[]} faults of the open form
 * @property {Sending} sending
 * @property {Notice | null} notice
 * @property {boolean} update whether a new version waits
 * @property {boolean} offlineReady whether the application opens without a network
 * @property {boolean | null} persistent whether the browser promises to keep what is stored; null: not known
 * @property {any} install the browser's offer to install
 * @property {number | null} clockOff minutes by which this device's clock differs from the service's
 * @property {string | null} email of whoever the device belongs to
 * @property {Record<string, any>} page what the open view keeps for itself; emptied when another is opened
 */
/**
 * What the service told and the device keeps.
 * @typedef {object} Facts
 * @property {Schemas['Me']} [me]
 * @property {Schemas['Organisation']} [organisation]
 * @property {Schemas['Nomenclature']} [nomenclature]
 * @property {Schemas['MissingDays']} [missing]
 * @property {Schemas['MonthRecord'][]} [months]
 * @property {{code: string, name: string}[]} [communes]
 * @property {Record<string, {at: string, body: any}>} [annexes] by month
 * @property {any[]} [sessions] that are planned for this advisor, from two weeks back to two months ahead
 * @property {string} [cursor] up to which changes were read
 * @property {string} [refreshedAt]
 * @property {string} [sentAt]
 * @property {Record<string, string>} [etags]
 */

/** @param {State} state */
export function storeOf(state) {
  let drawn = true;
  /** @type {() => void} */
  let draw = () => {};
  return {
    state,
    /** @param {() => void} work */
    drawWith(work) {
      draw = work;
    },
    /** @param {Partial<State>} changes */
    set(changes) {
      Object.assign(state, changes);
      if (!drawn) return;
      drawn = false;
      queueMicrotask(() => {
        drawn = true;
        draw();
      });
    },
  };
}
