// The clock, read once for each turn of the event loop: in one turn all flags are seen at one time, and reading a clock takes longer than evaluating.

/** `read`, remembered until the turn ends. */
export function clock(read: () => number): () => number {
  let time: number | undefined;
  const forget = () => {
    time = undefined;
  };
  return () => {
    if (time === undefined) {
      time = read();
      queueMicrotask(forget);
    }
    return time;
  };
}
