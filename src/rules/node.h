/* The parsed form of a predicate; only the parser and the evaluator see into it. */
#ifndef SHI_RULES_NODE_H
#define SHI_RULES_NODE_H

#include "rules/language.h"

typedef enum {
    SHI_N_OR, SHI_N_AND, SHI_N_NOT, SHI_N_EXISTS,                                                       /* truths of truths */
    SHI_N_EQ, SHI_N_NE, SHI_N_LT, SHI_N_LE, SHI_N_GT, SHI_N_GE, SHI_N_IN, SHI_N_HAS, SHI_N_LACKS,      /* truths of values */
    SHI_N_IS_NULL, SHI_N_IS_EMPTY, SHI_N_MATCHES,
    SHI_N_FIELD, SHI_N_VALUE, SHI_N_CALL, SHI_N_ADD, SHI_N_SUB, SHI_N_MUL, SHI_N_DIV, SHI_N_MINUS      /* values */
} shi_node_op;

struct shi_node {
    shi_node_op op;
    shi_node *a, *b;          /* operands; IN, HAS: b is the list, chained by next */
    shi_node *next;
    shi_row_kind row;         /* FIELD, CALL, EXISTS */
    shi_str field;            /* FIELD */
    int builtin;              /* CALL */
    shi_value value;          /* VALUE; MATCHES: the alternatives between | */
};

#endif
