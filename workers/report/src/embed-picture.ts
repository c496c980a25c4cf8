import sharp from 'sharp'

const longestSidePx = 640

/** An image as a data URI: WebP, at most 640 px on its longer side, without metadata. */
export const embedPicture = async (image: Uint8Array): Promise<string> => {
  const webp = await sharp(image)
    .resize({ width: longestSidePx, height: longestSidePx, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 82, effort: 4 })
    .toBuffer()
  return `data:image/webp;base64,${webp.toString('base64')}`
}
