/**
 * The paper's own human checks (Senel et al., ACL 2024): 188 question pairs, two annotators each; on those they
 * agreed on, the order of the language model's scores; and 25 blind comparisons of IP_0 with IP_15 of
 * explore-exploit. It gives neither kappa nor alpha.
 */
export const PAPER_HUMAN_CHECKS = {
  agreed: { successes: 132, trials: 188 },
  scorerRight: { successes: 102, trials: 132 },
  lastPreferred: { successes: 22, trials: 25 },
} as const
