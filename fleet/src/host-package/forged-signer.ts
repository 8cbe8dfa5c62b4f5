import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { mustRun } from '../run-program.ts'

/** A managed signer that openssl(1) made, not Fleetkey: for lies that differ from the truth in one thing only. */
export interface ForgedSigner {
  /** PEM. */
  readonly root: string
  /** PEM, leaf first. */
  readonly chain: string
  /** SHA-1, upper-case hexadecimal. */
  readonly fingerprint: string
  /** OCSP response of the leaf, DER in base64. Default: good, now. */
  staple(state?: 'good' | 'revoked' | 'over'): Promise<string>
  /** The entry with this text. */
  entry(text: string): Promise<string>
}

export interface ForgedNames {
  readonly root: string
  readonly leaf: string
}

/** Makes one in `dir`. */
export async function forgeSigner(dir: string, names: ForgedNames): Promise<ForgedSigner> {
  await mkdir(dir, { recursive: true })
  const at = (name: string) => `${dir}/${name}`
  const read = (name: string) => readFile(at(name), 'utf8')
  const make = async (name: string, cn: string, ...more: string[]) => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)]
    // prettier-ignore
    await mustRun(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '2', '-config', '/dev/null',
      '-subj', `/CN=${cn}`, ...files, ...more, '-addext', 'subjectKeyIdentifier=hash', '-addext', 'authorityKeyIdentifier=keyid'])
  }
  const [caUse, leafUse] = ['critical,keyCertSign,digitalSignature', 'critical,digitalSignature']
  await make(
    'root',
    names.root,
    ...extensions({ basicConstraints: 'critical,CA:TRUE', keyUsage: caUse }),
  )
  await make(
    'leaf',
    names.leaf,
    ...extensions({ basicConstraints: 'critical,CA:FALSE', keyUsage: leafUse }),
    '-CA',
    at('root.pem'),
    '-CAkey',
    at('root.key'),
  )
  const field = async (what: string) =>
    (await mustRun(['openssl', 'x509', '-noout', what, '-in', at('leaf.pem')]))
      .trim()
      .replace(/^.*=/, '')
      .replaceAll(':', '')
  const [fingerprint, serial] = [await field('-fingerprint'), await field('-serial')]
  const [root, leaf] = [await read('root.pem'), await read('leaf.pem')]

  return {
    root,
    chain: leaf + root,
    fingerprint,

    async staple(state = 'good') {
      const row =
        state === 'revoked'
          ? `R\t351231000000Z\t250101000000Z\t${serial}\tunknown\t/CN=x\n`
          : `V\t351231000000Z\t\t${serial}\tunknown\t/CN=x\n`
      await writeFile(at('index'), row)
      await writeFile(at('index.attr'), 'unique_subject = no\n')
      const clock = state === 'over' ? (['faketime', '-f', '-2d'] as const) : []
      // prettier-ignore
      const ocsp = ['openssl', 'ocsp', '-index', at('index'), '-CA', at('root.pem'), '-rsigner', at('root.pem'), '-rkey', at('root.key'),
        '-issuer', at('root.pem'), '-cert', at('leaf.pem'), '-no_nonce', '-nmin', '60', '-respout', at('staple')]
      await mustRun([...clock, ...ocsp] as [string, ...string[]])
      return (await readFile(at('staple'))).toString('base64')
    },

    async entry(text) {
      await writeFile(at('text'), text)
      // prettier-ignore
      await mustRun(['openssl', 'dgst', '-sha256', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32',
        '-sign', at('leaf.key'), '-out', at('signature'), at('text')])
      return `${text}${(await readFile(at('signature'))).toString('base64')}\n\n`
    },
  }
}

function extensions(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-addext', `${name}=${value}`])
}
