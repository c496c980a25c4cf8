import { type Filter, type PricingClient, paginateGetProducts } from '@aws-sdk/client-pricing'
import { type Rate, rateFor, type StorageRate, storageRateFor, type Use } from '@assay/pricing'
import { type Offer, readOffer } from './offer.ts'

/** Prices for one set of instance types, as they were when they were read. */
export interface PriceBook {
  rates: Rate[]
  storageRate: StorageRate | undefined
  /** Why some come from the dated table instead of the price list; undefined where none does. */
  fallBack: string | undefined
}

export interface PriceListDeps {
  pricing: PricingClient
  region: string
  now?: () => Date
  /** How long an answer is used again. (Default: 12 h) */
  keepMs?: number
}

const components: Readonly<Record<Use, string>> = {
  training: 'Training',
  hosting: 'Hosting',
  transform: 'BatchTransform',
}

const match = (Field: string, Value: string): Filter => ({ Type: 'TERM_MATCH', Field, Value })

/** The newest list is asked, not the bulk file of the region, which has several hundred MB. */
const source = 'AWS Price List API (AmazonSageMaker, on demand)'

/**
 * Prices from the AWS Price List API, kept for some hours; the dated table stands in for each price that the list does not have or while it
 * cannot be asked, and the rate says so by its source. Never throws: without prices a plan still has seconds.
 */
export const createPriceList = ({
  pricing,
  region,
  now = () => new Date(),
  keepMs = 12 * 3_600_000,
}: PriceListDeps) => {
  const kept = new Map<string, { at: number; offers: Promise<Offer[]> }>()

  const ask = async (...filters: Filter[]): Promise<Offer[]> => {
    const offers: Offer[] = []
    const pages = paginateGetProducts(
      { client: pricing, pageSize: 100 },
      { ServiceCode: 'AmazonSageMaker', Filters: [match('regionCode', region), ...filters] },
    )
    for await (const { PriceList = [] } of pages) for (const text of PriceList) offers.push(...readOffer(String(text)))
    return offers
  }
  const keep = (key: string, read: () => Promise<Offer[]>): Promise<Offer[]> => {
    const known = kept.get(key)
    if (known && now().getTime() - known.at < keepMs) return known.offers
    const offers = read()
    kept.set(key, { at: now().getTime(), offers })
    offers.catch(() => kept.delete(key))
    return offers
  }
  const dateOf = ({ publishedOn }: Offer) => publishedOn ?? now().toISOString().slice(0, 10)

  const readRate = async (instanceType: string, use: Use): Promise<Rate | undefined> => {
    const offers = await keep(instanceType, () => ask(match('instanceName', instanceType)))
    const fitting = offers.filter(({ component, unit }) => component === components[use] && unit === 'Hrs')
    const [offer] = fitting
    // Two prices for one thing: something in the list is not understood, and the table is at least known.
    if (!offer || fitting.some(({ microUsd }) => microUsd !== offer.microUsd)) return undefined
    return { instanceType, use, region, microUsdPerHour: offer.microUsd, source, date: dateOf(offer) }
  }
  const readStorageRate = async (): Promise<StorageRate | undefined> => {
    const offers = await keep('storage', () =>
      ask({ Type: 'CONTAINS', Field: 'usagetype', Value: 'Train:VolumeUsage.gp2' }),
    )
    const offer = offers.find(({ unit }) => unit.startsWith('GB-Mo'))
    return offer && { region, microUsdPerGbMonth: offer.microUsd, source, date: dateOf(offer) }
  }

  return {
    /** Rates of instance types by use; those that nobody knows are missing. */
    async read(wanted: readonly { instanceType: string; use: Use }[]): Promise<PriceBook> {
      const missed: string[] = []
      let fault: string | undefined
      const listed = async <Found>(read: () => Promise<Found>): Promise<Found | undefined> => {
        try {
          return await read()
        } catch (error) {
          fault = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
          return undefined
        }
      }
      const unique = new Map(wanted.map((one) => [`${one.use} ${one.instanceType}`, one]))
      const rates = await Promise.all(
        [...unique.values()].map(async ({ instanceType, use }) => {
          const found = await listed(() => readRate(instanceType, use))
          if (!found) missed.push(`${instanceType} (${use})`)
          return found ?? rateFor(instanceType, use, region)
        }),
      )
      const storage = await listed(readStorageRate)
      return {
        rates: rates.flatMap((rate) => rate ?? []),
        storageRate: storage ?? storageRateFor(region),
        fallBack:
          missed.length === 0
            ? undefined
            : `${fault ?? `the price list has no price of ${missed.join(', ')}`}; the dated table stands in`,
      }
    },
  }
}
export type PriceList = ReturnType<typeof createPriceList>
