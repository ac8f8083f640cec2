//! BM25, as its formula stands in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
//! (Foundations and Trends in Information Retrieval 3, 2009), formula 3.15, with 1 added in the logarithm as Lucene
//! has it; each field is a text of its own, and a weighted sum joins them.

/// Weights of title, summary and body, and the two constants.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    pub weights: [f64; 3],
    pub k1: f64,
    pub b: f64,
}

/// The score of each document. `units` has for each value of a question how often it stands in each field of each
/// document; `counted` says which documents make up the numbers of documents and the mean lengths.
pub fn bm25(
    units: &[Vec<[u32; 3]>],
    lengths: &[[u32; 3]],
    counted: &[bool],
    measure: Measure,
) -> Vec<f64> {
    let documents = counted.iter().filter(|&&counts| counts).count() as f64;
    let mut scores = vec![0.0; lengths.len()];
    for field in 0..3 {
        let mut sum = 0.0;
        for (length, _) in lengths.iter().zip(counted).filter(|(_, counts)| **counts) {
            sum += f64::from(length[field]);
        }
        let mean = sum / documents;
        for unit in units {
            let mut with = 0.0;
            for (_, _) in unit
                .iter()
                .zip(counted)
                .filter(|(f, counts)| **counts && f[field] > 0)
            {
                with += 1.0;
            }
            let rarity = (1.0 + (documents - with + 0.5) / (with + 0.5)).ln();
            for (document, frequencies) in unit.iter().enumerate() {
                let f = f64::from(frequencies[field]);
                if f > 0.0 {
                    let long = match mean > 0.0 {
                        true => f64::from(lengths[document][field]) / mean,
                        false => 0.0,
                    };
                    let norm = measure.k1 * (1.0 - measure.b + measure.b * long);
                    let share = f * (measure.k1 + 1.0) / (f + norm);
                    scores[document] += measure.weights[field] * rarity * share;
                }
            }
        }
    }
    scores
}
