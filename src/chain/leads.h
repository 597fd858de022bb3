/* The link "suspected": what detectors find in accounts and events, which innocent causes fit, and what stands when everything was looked at.
 *
 *   part             makes                                        from
 *   leads_acts       acts in memory; lead_account, lead_object,   accounts, events
 *                    lead_app, opened
 *   leads_detectors  groups of account codes, as leads            acts, by the kernels
 *   leads_totals     leads about units, totals_mark               reports
 *   leads_narrow     members of a lump that belong to it           lead_member, lead_account
 *   leads_members    act, device_use, address_use, crowd_act       acts of what leads hold
 *   benign           leads' innocent causes                       lead_member, act, lead_account
 *   leads_supply     lead_supplier, supplier                       lead_member, lead_account
 *   suspected        q, selected; lead, lead_member, lead_benign; left_out, counted_clean
 *
 * A lead is one group that one detector found, or a unit whose totals one test speaks against. Codes of accounts and objects are in order of time and
 * of import, never of a pseudonym. Times are the workspace's local clock. */
#ifndef SHI_CHAIN_LEADS_H
#define SHI_CHAIN_LEADS_H

#include "chain/chain.h"
#include "chain/leads_acts.h"
#include "shishu/groups.h"

/* What a group is taken for. BATCH: many accounts as one; PROXY: somebody operates for others (代操作), never counted as suspected; TOGETHER: act
 * together, not judged; UNIT: no group at all, a unit whose totals are doubted. */
typedef enum { SHI_LEAD_BATCH, SHI_LEAD_PROXY, SHI_LEAD_TOGETHER, SHI_LEAD_UNIT } shi_lead_kind;

/* Innocent causes, by their number in 6-domain; not every one can be told from a log. Behind them those of totals: a form or a custom that rounds,
 * and a daily quota or a fixed team, which cannot be told from smoothing. */
enum { SHI_SCENES = 15, SHI_CAUSE_ROUNDING, SHI_CAUSE_QUOTA, SHI_CAUSES = SHI_CAUSE_QUOTA };
typedef enum { SHI_CAUSE_NOT_ASKED, SHI_CAUSE_NO, SHI_CAUSE_EXPLAINS, SHI_CAUSE_UNKNOWN } shi_cause_result;

typedef struct {
    const char *detector, *scale;    /* "sync", "60s"; scale: "" where there is one only */
    shi_lead_kind kind;
    int64_t first, len;              /* accounts: shi_leads.member */
    int64_t things, deeds;
    double log10_p, log10_e, q;
    int64_t from_us, to_us;          /* local; INT64_MIN: not known */
    bool selected, explained;
    uint8_t cause[SHI_CAUSES + 1];   /* shi_cause_result, by number */
    int32_t unit, mark;              /* of UNIT: place in chain->units; its number in totals_mark */
    shi_str indicator;               /* of UNIT: of one indicator only; else missing */
    double expected;                 /* of UNIT: how many figures with the mark chance gives */
} shi_lead;

/* A detector or a scale of it, as it went. */
typedef struct {
    const char *detector, *scale;
    const char *cannot_judge;        /* message id; NULL: it judged */
    int64_t groups, searched;
} shi_looked;

enum { SHI_MAX_LOOKED = 32 };
typedef struct {
    shi_lead *ptr;
    int64_t len, cap;
    int32_t *member;                 /* codes, ascending within a lead */
    double *weight;
    int64_t members, member_cap;
    shi_looked looked[SHI_MAX_LOOKED];
    int64_t looks;
} shi_leads;

typedef struct {
    shi_chain *chain;
    shi_arena *keep;
    shi_lead_acts acts;
    shi_leads *leads;
    const shi_strs *only;            /* detectors asked for; NULL: all */
} shi_leading;

/* Columns of a statement as arrays of n rows, in keep: i32 and i64 by turns as `forms` says ('i', 'l', 's': texts); NULL becomes -1, INT64_MIN, a
 * missing text. */
enum { SHI_MAX_PULLED = 8 };
typedef struct {
    int64_t n;
    int32_t *i32[SHI_MAX_PULLED];
    int64_t *i64[SHI_MAX_PULLED];
    shi_str *text[SHI_MAX_PULLED];
} shi_pulled;
shi_err shi_leads_pull(shi_duck *duck, shi_arena *keep, const char *sql, const char *forms, shi_pulled *out);

/* Runs the detectors that have their columns. */
shi_err shi_leads_detect(shi_leading *l);
/* Adds the groups of a detector; `kinds`: of each, or NULL: all batches. */
shi_err shi_leads_add(shi_leads *leads, shi_arena *keep, const char *detector, const char *scale, const shi_groups *groups,
    const shi_lead_kind *kinds);
/* Adds a lead about a unit, which has no members. */
shi_err shi_leads_add_unit(shi_leads *leads, shi_arena *keep, const shi_lead *lead);
/* Leads about units from what they reported, and which figures carry the mark (totals_mark: mark, indicator, period, unit_code). work: for the
 * columns; how it went is left to the caller to tell. */
shi_err shi_leads_totals(shi_leading *l, shi_arena *work, shi_arena scratch, shi_looked *out);
/* Adds all of another's. */
shi_err shi_leads_join(shi_leads *leads, shi_arena *keep, const shi_leads *more);
/* Puts leads and members where SQL finds them: lead, lead_member. */
shi_err shi_leads_tables(shi_leading *l);
/* Takes out of the leads of `bursts` who would have come anyway, in memory and in the tables. After shi_leads_tables. */
shi_err shi_leads_narrow(shi_leading *l);
/* Makes the tables of acts that SQL asks for once leads are known, empty or, if there are any, filled: act, those of members of a lead; device_use,
 * their devices; address_use, the addresses of members of leads of `shared`. After shi_leads_narrow. */
shi_err shi_leads_members(shi_leading *l);
/* Table crowd_act (account, object, slot): acts of anybody at the objects and slots of five minutes that table lead_moment names. */
shi_err shi_leads_crowd(shi_leading *l);
/* Asks for innocent causes; sets cause and explained. */
shi_err shi_leads_benign(shi_leading *l);

/* Which findings come from one hand: tables lead_supplier (lead, supplier) and supplier (one row each). After shi_leads_tables. */
shi_err shi_leads_suppliers(shi_leading *l);

#endif
