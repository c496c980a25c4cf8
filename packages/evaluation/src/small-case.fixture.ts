const annotation = (id: number, image: number, category: number, x: number, y: number) => ({
  id,
  image_id: image,
  category_id: category,
  bbox: [x, y, 10, 10],
  area: 100,
  iscrowd: 0,
})

const detection = (image: number, category: number, score: number, x: number, y: number, height = 10) => ({
  image_id: image,
  category_id: category,
  bbox: [x, y, 10, height],
  score,
})

/** Two images, two classes (ids 3 and 8), three objects each; one detection of each kind of error. Numbers in the tests are computed by hand. */
export const smallGroundTruth = {
  images: [
    { id: 20, file_name: 'two.png' },
    { id: 10, file_name: 'one.png' },
  ],
  categories: [
    { id: 8, name: 'eight' },
    { id: 3, name: 'three' },
  ],
  annotations: [
    annotation(1, 10, 3, 0, 0), // found
    annotation(2, 10, 8, 100, 0), // found by the wrong class only
    annotation(3, 20, 3, 0, 0), // found with too little overlap only
    annotation(4, 20, 8, 200, 0), // missed
    annotation(5, 10, 8, 0, 100), // found
    annotation(6, 10, 3, 0, 200), // found
  ],
}

export const smallDetections = [
  detection(10, 3, 0.9, 0, 0), // right
  detection(10, 3, 0.8, 100, 0), // classification
  detection(10, 3, 0.7, 0, 0, 8), // duplicate, overlap .8
  detection(20, 3, 0.6, 5, 0), // localisation, overlap 1/3
  detection(20, 8, 0.5, 50, 50), // background
  detection(20, 8, 0.4, 5, 0), // both: wrong class, overlap 1/3
  detection(10, 8, 0.3, 0, 100), // right
  detection(10, 3, 0.2, 0, 200), // right
]
