import { fleetkey } from '@fleetkey/fleet/fleetkey'
import { generateKey } from '@fleetkey/fleet/ssh'
import { atMost, medianFigure, spreadOf } from './figure.ts'
import { OS_USER, startHostUnderTest, type HostUnderTest } from './host-under-test.ts'
import type { Question } from './question.ts'
import { allowStaticLogin } from './static-login.ts'

/**
 * What a login costs more with a pushed key than with a standing one: whole `ssh host true`, in turns, on one host with the delivery
 * that the agent installs by itself. The push is not in it.
 */
export const login: Question = {
  name: 'login',
  async ask(run) {
    const under = await startHostUnderTest(run)
    try {
      const standing = await allowStaticLogin(under, run.dir)
      const key = await generateKey(run.dir, 'ed25519', 'pushed')
      // A push goes before either: both then find the same machine, the last login cleaned up behind it.
      const timeAfterPush = async (time: () => Promise<number>) => {
        await push(under, `${key.identityFile}.pub`)
        return time()
      }
      const timePushed = () => timeAfterPush(() => standing.timeWith(key))
      const timeStatic = () => timeAfterPush(standing.time)
      await timePushed() // warms up
      await timeStatic()
      run.say('logging in')
      const [withPushed, withStatic]: [number[], number[]] = [[], []]
      for (let turn = 0; turn < (run.quick ? 12 : 40); turn++) {
        // Who goes first changes, so that neither always follows the other.
        if (turn % 2 === 0) withStatic.push(await timeStatic())
        withPushed.push(await timePushed())
        if (turn % 2 === 1) withStatic.push(await timeStatic())
      }
      return [
        {
          what: '`ssh host true`, pushed key ÷ static key',
          unit: '',
          value: spreadOf(withPushed).median / spreadOf(withStatic).median,
          target: atMost(1.02),
        },
        medianFigure('`ssh host true`, pushed key', 'ms', { values: withPushed }),
        medianFigure('`ssh host true`, static key', 'ms', { values: withStatic }),
      ]
    } finally {
      await under.stop()
    }
  },
}

async function push({ instanceId, plane }: HostUnderTest, publicKeyFile: string): Promise<void> {
  const flags = ['--os-user', OS_USER, '--public-key', publicKeyFile]
  const { code, stderr } = await fleetkey(['send-key', instanceId, ...flags], { env: plane.root })
  if (code !== 0) throw new Error(`the push failed: ${stderr}`)
}
