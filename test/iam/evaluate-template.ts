type Template = Record<'Parameters' | 'Conditions' | 'Resources' | 'Outputs', Record<string, unknown>>

export interface Evaluation {
  /** Of the template's parameters and of the pseudo parameters (`AWS::Region`). */
  parameters: Readonly<Record<string, string | readonly string[]>>
  /** By logical id and attribute: `JobRole.Arn`. */
  attributes: Readonly<Record<string, string>>
}

const absent = Symbol('AWS::NoValue')

/** A CloudFormation template with its functions carried out. Throws where a name stands for nothing or a function is none that it knows. */
export const evaluateTemplate = (
  template: Template,
  { parameters, attributes }: Evaluation,
): Pick<Template, 'Resources' | 'Outputs'> => {
  const known = <Value>(values: Readonly<Record<string, Value>>, name: unknown): Value => {
    const value = values[String(name)]
    if (value === undefined) throw new Error(`${String(name)} stands for nothing`)
    return value
  }
  const attribute = (name: string) => {
    known(template.Resources, name.split('.')[0])
    return known(attributes, name)
  }
  const text = (value: string) =>
    value.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) =>
      name.includes('.') ? attribute(name) : String(known(parameters, name)),
    )
  const isTrue = (name: unknown) => evaluate(known(template.Conditions, name)) === true
  const functions: Readonly<Record<string, (argument: never) => unknown>> = {
    Ref: (name: string) => (name === 'AWS::NoValue' ? absent : known(parameters, name)),
    'Fn::GetAtt': ([resource, name]: [string, string]) => attribute(`${resource}.${name}`),
    'Fn::Sub': text,
    'Fn::Join': ([glue, parts]: [string, unknown]) => (evaluate(parts) as string[]).join(glue),
    'Fn::Split': ([glue, joined]: [string, unknown]) => (evaluate(joined) as string).split(glue),
    'Fn::If': ([condition, met, unmet]: [string, unknown, unknown]) => evaluate(isTrue(condition) ? met : unmet),
    'Fn::Not': ([condition]: [unknown]) => evaluate(condition) !== true,
    'Fn::Equals': ([one, other]: [unknown, unknown]) => evaluate(one) === evaluate(other),
  }
  const evaluate = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(evaluate).filter((item) => item !== absent)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    for (const [name, argument] of entries)
      if (entries.length === 1 && /^(Ref|Condition|Fn::.*)$/.test(name))
        return known(functions, name)(argument as never)
    return Object.fromEntries(entries.map(([key, child]) => [key, evaluate(child)]))
  }
  const { Resources, Outputs } = template
  return { Resources: evaluate(Resources), Outputs: evaluate(Outputs) } as Pick<Template, 'Resources' | 'Outputs'>
}
