import {
  EC2InstanceConnectClient,
  SendSSHPublicKeyCommand,
} from '@aws-sdk/client-ec2-instance-connect'

/**
 * The unmodified AWS SDK as a program: `push-with-sdk INSTANCE OS-USER`, the key on standard input, everything else from
 * AWS's environment variables. Prints one JSON line: the answer, or the error's name, status and message.
 */
const [instanceId, osUser] = process.argv.slice(2)
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)

const client = new EC2InstanceConnectClient({ maxAttempts: 1 })
try {
  const answer = await client.send(
    new SendSSHPublicKeyCommand({
      InstanceId: instanceId,
      InstanceOSUser: osUser,
      SSHPublicKey: Buffer.concat(chunks).toString('utf8'),
    }),
  )
  process.stdout.write(
    `${JSON.stringify({ success: answer.Success, requestId: answer.RequestId })}\n`,
  )
} catch (error) {
  const { name, message, $metadata } = error as Error & {
    $metadata?: { readonly httpStatusCode?: number }
  }
  process.stdout.write(`${JSON.stringify({ name, message, status: $metadata?.httpStatusCode })}\n`)
}
