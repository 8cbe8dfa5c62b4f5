/** An API of AWS that is spoken in the Query protocol. EC2's is a protocol of its own, much alike (ec2-parameters.ts, ec2-output.ts). */
export type QueryService = 'iam' | 'sts' | 'ec2'

/** `Version` in a request says which API is meant, `xmlns` in an answer which spoke. */
export const QUERY_APIS: Readonly<
  Record<QueryService, { readonly version: string; readonly xmlns: string }>
> = {
  iam: { version: '2010-05-08', xmlns: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  sts: { version: '2011-06-15', xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  ec2: { version: '2016-11-15', xmlns: 'http://ec2.amazonaws.com/doc/2016-11-15/' },
}
