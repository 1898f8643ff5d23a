/** Asks again and again, but only while somebody looks. */

import { useEffect } from "./vendor/hooks.js";

/**
 * Calls `ask` now, every `seconds` while the page is visible, and when it becomes visible or online again.
 * @param {() => Promise<void>} ask must not throw
 * @param {number} seconds
 * @param {unknown[]} inputs start over when one changes
 */
export function usePolling(ask, seconds, inputs) {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") ask();
    };
    look();
    const timer = setInterval(look, seconds * 1000);
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  }, inputs);
}
