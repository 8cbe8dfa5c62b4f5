import { mkdir } from 'node:fs/promises'
import { FLEETKEY } from '@fleetkey/fleet/fleetkey'
import { plainEnvironment } from '@fleetkey/fleet/run-program'
import { atMost, medianFigure, spreadOf } from './figure.ts'
import { HOST_NAME, OS_USER, startHostUnderTest } from './host-under-test.ts'
import type { Question } from './question.ts'
import { allowStaticLogin } from './static-login.ts'
import { timedProgram } from './timed-program.ts'

/**
 * What a person waits longer for `fleetkey ssh host true` than for `ssh host true` with a standing key, in turns: start of the command,
 * a new key, finding the host, the push. And how long the command takes to do nothing.
 */
export const cli: Question = {
  name: 'cli',
  async ask(run) {
    const under = await startHostUnderTest(run)
    try {
      const standing = await allowStaticLogin(under, run.dir)
      // A home, as a person has: the compile cache is there.
      const home = `${run.dir}/home`
      await mkdir(home)
      const env = { ...plainEnvironment, ...under.plane.root, HOME: home }
      const timeOurs = () =>
        timedProgram([FLEETKEY, 'ssh', `${OS_USER}@${HOST_NAME}`, '--', 'true'], { env })
      const timeVersion = () => timedProgram([FLEETKEY, '--version'], { env })
      for (const warmUp of [timeOurs, standing.time, timeVersion]) await warmUp()
      run.say('logging in')
      const [ours, theirs, version]: [number[], number[], number[]] = [[], [], []]
      for (let turn = 0; turn < (run.quick ? 6 : 20); turn++) {
        if (turn % 2 === 0) theirs.push(await standing.time())
        ours.push(await timeOurs())
        if (turn % 2 === 1) theirs.push(await standing.time())
        version.push(await timeVersion())
      }
      return [
        {
          what: '`fleetkey ssh host true` − `ssh host true`',
          unit: 'ms',
          value: spreadOf(ours).median - spreadOf(theirs).median,
          target: atMost(120),
        },
        medianFigure('`fleetkey ssh host true`', 'ms', { values: ours }),
        medianFigure('`ssh host true`', 'ms', { values: theirs }),
        medianFigure('`fleetkey --version`', 'ms', { values: version }),
      ]
    } finally {
      await under.stop()
    }
  },
}
