/** The page of an identity provider. */
export const providerPage = (arn: string): string => `/iam/providers/${encodeURIComponent(arn)}`
