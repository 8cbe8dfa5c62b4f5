import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openDesk, type Desk } from './desk.ts'
import { ON_LOOPBACK } from './private-fleet.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { until } from './until.ts'

// Somebody's own account on a machine of their own: what they type is typed here, word for word. `hidden` takes no connection from outside.

describe(
  'after fleetkey ssh-config install',
  { skip: whyNoHosts() ?? false, timeout: 300_000 },
  () => {
    let fleet: TestFleet
    let type: Desk['type']
    let must: Desk['must']

    before(async () => {
      fleet = await openTestFleet({
        hosts: { desk: {}, 'web-1': {}, hidden: {} },
        sshdConfig: { hidden: `${ON_LOOPBACK}MaxStartups 100\n`, 'web-1': 'MaxStartups 100\n' },
      })
      const { host } = hostOf(fleet, 'desk')
      ;({ type, must } = await openDesk(fleet, host))
      await must('mkdir -p -m 700 ~/.ssh')
      await host.writeFile('/home/deploy/.ssh/config', OWN_CONFIG, {
        mode: '0640',
        owner: 'deploy:deploy',
      })
      await must('fleetkey ssh-config install')
    })
    after(() => fleet?.close())

    const idOf = (name: string) => fleet.hosts[name]?.instanceId ?? ''

    it('plain ssh goes to an instance by name, id and ending, as whom one is here or says', async () => {
      assert.equal(await must('ssh web-1 "hostname; id -un"'), 'web-1\ndeploy\n')
      assert.equal(await must(`ssh ${idOf('web-1')} hostname`), 'web-1\n')
      assert.equal(await must('ssh ec2-user@web-1.fleetkey id -un'), 'ec2-user\n')
      assert.equal(await must('ssh -l ec2-user hidden "hostname; id -un"'), 'hidden\nec2-user\n')
    })

    it('leaves no key on a disk and no process behind', async () => {
      await must('ssh web-1 true')
      assert.equal(
        await must(
          'grep -rl --exclude-dir=compiled PRIVATE ~/.cache/fleetkey ~/.ssh ~/.config || true',
        ),
        '',
      )
      await must(
        'for n in 1 2 3 4 5 6 7 8 9; do pgrep -u deploy -f "[s]sh-config connect" || exit 0; sleep 0.5; done; exit 1',
      )
    })

    it('twenty at once to one host each have their own key', async () => {
      const said = await must(
        'for n in $(seq 20); do { ssh ec2-user@hidden echo $n 2>said-$n || echo $n: $(cat said-$n); } & done; wait',
      )
      assert.deepEqual(
        said
          .trim()
          .split('\n')
          .toSorted((a, b) => Number.parseInt(a) - Number.parseInt(b)),
        Array.from({ length: 20 }, (_, n) => String(n + 1)),
      )
      const log = (await fleet.hosts['hidden']?.host.sshdLog()) ?? ''
      const keys = [...log.matchAll(/Accepted publickey for ec2-user .*(SHA256:\S+)/g)].map(
        ([, key]) => key,
      )
      assert.equal(new Set(keys).size, keys.length, 'no key was used twice')
      assert.ok(keys.length >= 20)
    })

    it('scp, sftp, rsync and git need nothing else', async () => {
      await must(
        'head -c 3000000 /dev/urandom >big; scp -q big hidden:copied; scp -q hidden:copied back; cmp big back',
      )
      assert.match(await must('sftp -b - hidden', { input: 'ls -l copied\n' }), /3000000/)
      await must(
        'mkdir -p tree/deep && echo x >tree/deep/file && rsync -a tree/ hidden:tree/ && rsync -a hidden:tree/ again/ && diff -r tree again',
      )
      await must('ssh hidden "git init -q --bare repo.git"')
      await must(
        'git init -q work && cd work && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one && git push -q hidden:repo.git HEAD:main && git ls-remote hidden:repo.git | grep refs/heads/main',
      )
    })

    it('a shared connection (ControlMaster) pushes one key for many logins', async () => {
      const share = '-o ControlMaster=auto -o ControlPath=~/.cache/%C -o ControlPersist=20'
      await must(`ssh ${share} web-1 true </dev/null`)
      assert.equal(await must(`for n in 1 2 3; do ssh ${share} web-1 echo $n; done`), '1\n2\n3\n')
      await must(`ssh ${share} -O exit web-1 2>/dev/null`)
    })

    it('says why through a shared connection, too, which hides what its ProxyCommand says', async () => {
      const share = '-o ControlMaster=auto -o ControlPath=~/.cache/no-%C -o ControlPersist=20'
      const { code, stderr } = await type(`ssh ${share} nobody-here@web-1 true`)
      assert.equal(code, 255)
      assert.match(stderr, /no account "nobody-here"/)
    })

    it('says why a host refuses a login, once ssh has said that it does', async () => {
      const { host } = hostOf(fleet, 'web-1')
      const shell = async (path: string) => host.exec(['usermod', '--shell', path, 'ec2-user'])
      await shell('/opt/fish')
      const { code, stderr } = await type('ssh ec2-user@web-1 true')
      await shell('/bin/bash')
      assert.equal(code, 255)
      assert.match(
        stderr,
        /Permission denied[^]*The host says why: The shell of ec2-user, \/opt\/fish, does not exist[^]* {2}do {2}/,
      )
    })

    it('VS Code’s sequence: a script into bash with a SOCKS port, then a second connection', async () => {
      const said = await must(
        `ssh -v -T -D 34567 -o ConnectTimeout=15 hidden bash 2>log; grep -c "Local forwarding listening on 127.0.0.1 port 34567" log; ssh -T -D 34568 -o ConnectTimeout=15 hidden bash <<<'echo second'`,
        { input: 'echo "script: $(hostname)"\nexit 0\n' },
      )
      assert.equal(said, 'script: hidden\n1\nsecond\n')
    })

    it('recognises a host by the keys that its agent reported, and no other', async () => {
      const web = fleet.hosts['web-1']?.host
      assert.ok(web)
      const swap = (from: string, to: string) =>
        web.exec(['/bin/sh', '-c', `mkdir -p ${to} && mv ${from}/ssh_host_* ${to}/`])
      await swap('/etc/ssh', '/root/real')
      await web.exec(['ssh-keygen', '-A'])
      await web.restartSshd()
      try {
        const { code, stdout, stderr } = await type('ssh web-1 hostname')
        assert.deepEqual({ code, stdout }, { code: 255, stdout: '' })
        assert.match(stderr, /HOST IDENTIFICATION HAS CHANGED|Host key verification failed/)
      } finally {
        await swap('/etc/ssh', '/root/false')
        await swap('/root/real', '/etc/ssh')
        await web.restartSshd()
      }
      assert.equal(await must('ssh web-1 hostname'), 'web-1\n')
    })

    it('knows an instance that got its name later', async () => {
      await must(`fleetkey instances tag ${idOf('web-1')} Name=renamed`)
      // What it knows of the fleet it asks for anew after some seconds.
      const isKnown = async () => (await type('ssh renamed hostname')).stdout === 'web-1\n'
      await until('ssh knows the new name', isKnown, 20_000)
      await must(`fleetkey instances tag ${idOf('web-1')} Name=web-1`)
    })

    it('leaves the person’s own hosts alone, and is gone without a trace when it is undone', async () => {
      assert.match(await must('ssh -G nas'), /^hostname 192\.0\.2\.9$/m)
      assert.doesNotMatch(await must('ssh -G github.com'), /fleetkey/)
      await must('fleetkey ssh-config uninstall')
      assert.equal(await must('cat ~/.ssh/config'), OWN_CONFIG)
      assert.equal(await must('stat -c %a ~/.ssh/config'), '640\n')
      assert.doesNotMatch(await must('ssh -G web-1'), /fleetkey/)
    })
  },
)

const OWN_CONFIG = 'Host nas\n  HostName 192.0.2.9\n'
