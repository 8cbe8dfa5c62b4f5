import type { Finding } from '@fleetkey/domain/finding'
import { inOrder, judge } from '@fleetkey/domain/verdict'

/** Findings and what they come to, as the API spells them. */
export function shownDiagnosis(findings: readonly Finding[]) {
  const verdict = judge(findings)
  return {
    Findings: inOrder(findings).map(shownFinding),
    Verdict: {
      State: verdict.state,
      Says: verdict.says,
      ...(verdict.cause === undefined ? {} : { Cause: shownFinding(verdict.cause) }),
      Others: verdict.others.map(({ check }) => check),
    },
  }
}

export function shownFinding({ check, state, says, cause, mend }: Finding) {
  return {
    Check: check,
    State: state,
    Says: says,
    ...(cause === undefined ? {} : { Cause: cause }),
    ...(mend === undefined
      ? {}
      : {
          Mend: {
            Says: mend.says,
            ...(mend.commands === undefined ? {} : { Commands: mend.commands }),
            ...(mend.fix === undefined ? {} : { Fix: mend.fix }),
          },
        }),
  }
}
