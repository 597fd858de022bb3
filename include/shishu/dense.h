/* shishu/dense.h: the densest blocks of a tensor: a ranking of where much lies in little room, without a judgement. */
#ifndef SHISHU_DENSE_H
#define SHISHU_DENSE_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SHI_DENSE_MODES = 8 };

/* n rows in any order; equal ones add up. */
typedef struct {
    int64_t n;
    int modes;                               /* 1 … 8 */
    const int32_t *code[SHI_DENSE_MODES];    /* of each row, 0 … values - 1; -1: missing, the row is left out */
    int64_t values[SHI_DENSE_MODES];
    const int64_t *mass;                     /* of each row, 0 … 2^31, -1: missing, left out; NULL: 1 each */
} shi_dense_tensor;

/* Of a block with mass M and S_k values of mode k, k = 1 … N, in a tensor with mass R and R_k values:
 *   arithmetic      M / (sum S_k / N)
 *   geometric       M / (product S_k)^(1/N)
 *   suspiciousness  M (ln(M / R) - 1) + R product(S_k / R_k) - M sum ln(S_k / R_k), the divergence from Poisson of Jiang et al. 2015
 *   camouflage      sum of mass / ln(x + 5) over S_1 + S_2, x the mass of the cell's value of mode 2 in the tensor; two modes */
typedef enum { SHI_DENSE_ARITHMETIC, SHI_DENSE_GEOMETRIC, SHI_DENSE_SUSPICIOUSNESS, SHI_DENSE_CAMOUFLAGE } shi_dense_measure;

typedef struct {
    int64_t mass;                            /* of its cells that no block before it holds */
    double density;
    int64_t size[SHI_DENSE_MODES];
    int64_t first[SHI_DENSE_MODES];          /* its values of mode k: value[first[k]] … value[first[k] + size[k] - 1], ascending */
} shi_dense_block;

typedef struct {
    const shi_dense_block *ptr;
    int64_t len;
    const int32_t *value;
    const int32_t *block_of;                 /* of each row: the block that took its cell; -1: none */
    const int64_t *cell_mass;                /* of each row: the mass of its cell; 0: left out */
    int64_t cells, mass;                     /* distinct rows, and all mass, without what was left out */
    int64_t left_out;
} shi_dense;

/* Up to `top` blocks, one after the other: values are peeled off, each time the one of smallest mass of the mode whose loss leaves the density
 * highest, and the densest state on the way is the block, at least 1/N as dense as the densest there is (arithmetic; M-Zoom, theorem 4); its
 * cells are taken out before the next. Masses above 2,048 are compared to within 1/512 of themselves.
 * keep     the result   scratch  about 60 bytes a row and 24 for each value
 * Errors   SHI_USAGE: no such modes or measure; SHI_INPUT with line = row from 1: no such code or mass; SHI_SYSTEM: no room
 * Cost     a sort, then linear in cells x modes for each block
 * Source   Shin, Hooi & Faloutsos 2016, "M-Zoom"; D-Cube 2017; Hooi et al. 2016, "FRAUDAR"; Jiang et al. 2015 */
SHI_API SHI_MUST_USE shi_err shi_dense_find(shi_arena *keep, shi_arena scratch, const shi_dense_tensor *tensor, shi_dense_measure measure,
                                            int64_t top, shi_dense *out);

#ifdef __cplusplus
}
#endif
#endif
