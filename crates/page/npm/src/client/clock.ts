// The server's clock. The device's may be wrong, or be set while the page is open: only how much time passes is taken from the device.
import { clock } from "../evaluator/clock.js";

/** By how much two answers may tell different times, in ms. */
const SLIGHT = 5_000;

export class ServerClock {
  /** The server's time at `at`. */
  private base: number | undefined;
  private at = 0;
  private told = false;

  /** The server said `time` in an answer that just came, `tripMs` after it was asked for. */
  heard(time: number, tripMs: number): void {
    const now = time + tripMs / 2;
    const back = this.told ? this.read() - now : 0;
    // Ways differ by a little each time: what has just opened does not close again for that.
    if (back > 0 && back < SLIGHT) return;
    this.base = now;
    this.at = performance.now();
    this.told = true;
  }

  /** It is at least that late: the server said so in an earlier page. */
  assume(time: number): void {
    if (this.told || (this.base ?? -Infinity) >= time) return;
    this.base = time;
    this.at = performance.now();
  }

  /** Where the server has never said what time it is, it is what the device says. */
  read = (): number => (this.base === undefined ? Date.now() : this.base + performance.now() - this.at);

  /** The same, read once a turn. */
  now = clock(this.read);
}
