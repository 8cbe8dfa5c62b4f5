import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

/** The unmodified AWS SDK as a program that says who it is: all that it knows comes from AWS's configuration file and variables. */
const { Arn } = await new STSClient({ maxAttempts: 1 }).send(new GetCallerIdentityCommand({}))
process.stdout.write(`${Arn}\n`)
