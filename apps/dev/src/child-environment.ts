// What our children must not inherit: the AWS SDK and our own settings read these, and a demo or a test must not
// reach anything that its caller happens to have configured.
const dropped = [/^AWS_/i, /^ASSAY_/, /^REDIS/i, /^SAGEMAKER_/i, /_PROXY$/i, /^NODE_(OPTIONS|USE_ENV_PROXY)$/, /^npm_/i]

/** The caller's environment without anything that points outside, and with our own settings. */
export const childEnvironment = (
  settings: Readonly<Record<string, string>>,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !dropped.some((pattern) => pattern.test(name)))),
  ...settings,
})
