import { z } from 'zod'

/** The part of a price list entry that we read. Source: the AWS Price List query API's documents for AmazonSageMaker. */
const offerSchema = z.object({
  product: z.object({
    attributes: z.object({
      regionCode: z.string().optional(),
      instanceName: z.string().optional(),
      component: z.string().optional(),
      platoinstancetype: z.string().optional(),
      usagetype: z.string(),
    }),
  }),
  publicationDate: z.string().optional(),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ unit: z.string(), pricePerUnit: z.object({ USD: z.string().optional() }) }),
          ),
        }),
      )
      .optional(),
  }),
})

export interface Offer {
  /** Training, Hosting, SpotTraining, … */
  component: string
  usageType: string
  /** `Hrs`, `GB-Mo`, … */
  unit: string
  microUsd: number
  /** Day on which the list was published, as YYYY-MM-DD; undefined where it does not say. */
  publishedOn: string | undefined
}

/** The on-demand prices of one entry of GetProducts' PriceList, a text of JSON each. An entry of another form has none. */
export const readOffer = (text: string): Offer[] => {
  const parsed = offerSchema.safeParse(JSON.parse(text))
  if (!parsed.success) return []
  const { product, publicationDate, terms } = parsed.data
  const { component, platoinstancetype, usagetype } = product.attributes
  return Object.values(terms.OnDemand ?? {})
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .flatMap(({ unit, pricePerUnit }) => {
      const microUsd = Math.round(Number(pricePerUnit.USD ?? Number.NaN) * 1e6)
      return microUsd > 0
        ? [
            {
              component: component ?? platoinstancetype ?? '',
              usageType: usagetype,
              unit,
              microUsd,
              publishedOn: publicationDate?.slice(0, 10),
            },
          ]
        : []
    })
}
