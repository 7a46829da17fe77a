// What is done in an evaluator's own process or page: loading, asking, timing. One evaluator in each, so that no compiler sees two.
import { ASKED, asker, guest } from "./flags.mjs";

/** People who come one after the other in «a new context». */
const CROWD = 1024;
/** People who are asked for to see a rollout's share. */
const ASKERS = 4000;

/**
 * The commands that a process or a page carries out for this peer. `bytes(of)` gives a configuration anew, `given(of)` what else it
 * takes to get ready from it; `collect` collects garbage where that can be asked for.
 */
export function commands(peer, { bytes, given, collect = () => {} }) {
  let cases = {};
  const ready = async (of, more) => peer.ready(await bytes(of), { ...(await given(of)), ...more });

  return {
    /** Gets ready for so many flags and sees that the answers are right; returns what is wrong. `listed` are in the list of the flag that is asked for. */
    async open(flags, listed) {
      const evaluator = await ready(flags);
      const { problems, inside, outside } = await wrong(peer, evaluator, { flags, listed });
      if (problems.length === 0) cases = prepared(peer, evaluator, { list: [listed.at(-1)], place: [outside, { country: "NL" }], rollout: [inside], default: [outside] });
      return problems;
    },

    /** The same for one flag of each kind of rule: ours alone. */
    async kinds(of, kinds, now) {
      const evaluator = await ready(of, { now: () => now });
      const problems = [];
      cases = {};
      for (const { name, flag, context, variant, reason } of kinds) {
        const flags = evaluator.of(context);
        const answer = evaluator.details(flag, flags);
        if ((answer.variant ?? null) !== variant || answer.reason !== reason) problems.push(`\`${name}\` is ${answer.variant}, ${answer.reason}: native says ${variant}, ${reason}`);
        cases[name] = loop(peer, () => evaluator.one(flag, flags));
      }
      return problems;
    },

    /** How many answers differ from the native evaluator's: for each asker the flags that are on, as a text of 0 and 1. */
    async differences(flags, askers, native) {
      const evaluator = await ready(flags);
      const keys = Object.keys(evaluator.all(evaluator.context(...askers[0])));
      let differ = 0;
      for (const [place, who] of askers.entries()) {
        const all = evaluator.all(evaluator.context(...who));
        const one = evaluator.context(...who);
        for (const [flag, key] of keys.entries()) {
          const on = native[place][flag] === "1";
          if (all[key] !== on || evaluator.one(key, one) !== on) differ += 1;
        }
        if (keys.length !== native[place].length) differ += 1;
      }
      return differ;
    },

    /** Milliseconds for so many times of a case. */
    round: (name, times) => timed(cases[name], times),

    /** How many times take so many milliseconds, also when nothing disturbs; the compilers get warm meanwhile. */
    async calibrate(name, milliseconds) {
      const enough = async (times) => {
        for (let look = 0; look < 3; look += 1) if ((await timed(cases[name], times)) < milliseconds) return false;
        return true;
      };
      let times = 1;
      while (times < 2 ** 22 && !(await enough(times))) times *= 2;
      return times;
    },

    /** Milliseconds from bytes to the first answer, of an evaluator that is let go again. */
    async load(of) {
      const [fresh, needs] = [await bytes(of), await given(of)];
      collect();
      const began = performance.now();
      const evaluator = await peer.ready(fresh, needs);
      await evaluator.one(ASKED, evaluator.context(...asker(guest(1))));
      const took = performance.now() - began;
      evaluator.end?.();
      return took;
    },

    /** Gets ready and stays so: for whoever looks at the memory. */
    async hold(of) {
      cases.held = await ready(of);
    },
  };
}

/** What an evaluator answers wrongly, and somebody in its rollout and out of it. */
async function wrong(peer, evaluator, { flags, listed }) {
  const is = async (id, more) => (await evaluator.one(ASKED, evaluator.context(...asker(id, more)))) === true;
  const all = async (id, more) => peer.on(await evaluator.all(evaluator.context(...asker(id, more))));
  const crowd = Array.from({ length: ASKERS }, (_, number) => guest(number));
  const inside = [];
  for (const id of crowd) if (await is(id)) inside.push(id);
  const outside = crowd.find((id) => !inside.includes(id));
  const problems = [];
  const expect = (what, holds) => holds || problems.push(what);
  expect(`${inside.length} of ${ASKERS} are in a rollout to 20%`, inside.length > ASKERS * 0.18 && inside.length < ASKERS * 0.22);
  for (const id of listed) expect(`\`${id}\` is not found in the list`, await is(id));
  expect("a country with a version is not seen", await is(outside, { country: "BE", app: "2.1.0" }));
  expect("an old version is taken", !(await is(outside, { country: "BE", app: "2.0.9" })));
  expect("another country is taken", !(await is(outside, { country: "DE" })));
  const on = await all(outside);
  expect(`${on} of ${flags} flags are on where a fifth should be`, on > flags * 0.14 && on < flags * 0.26);
  const every = await all(outside, { country: "NL" });
  expect(`${every} of ${flags} flags are on where all should be`, every === flags);
  return { problems, inside: inside[0], outside };
}

/** The cases of the tables: with a context that is ready, with a new one each time, and all flags. */
function prepared(peer, { one, all, context }, askers) {
  const cases = {};
  for (const [name, who] of Object.entries(askers)) {
    const ready = context(...asker(...who));
    cases[name] = loop(peer, () => one(ASKED, ready));
  }
  const crowd = Array.from({ length: CROWD }, (_, number) => guest(number));
  let next = 0;
  cases.new = loop(peer, () => one(ASKED, context(crowd[(next = (next + 1) % CROWD)], "FR", "pro", "ann@acme.example", "2.5.1", "10.1.2.3")));
  const somebody = context(...asker(...askers.default));
  cases.all = loop(peer, () => all(somebody));
  return cases;
}

/** A loop of its own around each case: a shared one would be compiled for none of them. */
function loop({ later }, work) {
  const Loop = later ? (async () => {}).constructor : Function;
  return new Loop("work", "times", `let last; for (let count = 0; count < times; count += 1) last = ${later ? "await " : ""}work(); return last;`).bind(null, work);
}

async function timed(loop, times) {
  const began = performance.now();
  const last = loop(times);
  if (last instanceof Promise) await last;
  return performance.now() - began;
}
