/* The people of the villages: households, ages, phones, migrants, and where each is found on the network. */
#include "simulate/county.h"

#include <math.h>
#include <string.h>

static int64_t at_least(double x, int64_t low)
{
    int64_t n = (int64_t)(x + 0.5);
    return n < low ? low : n;
}

static void size_village(shi_sim *sim, int64_t v)
{
    const shi_parameters *p = &sim->p;
    shi_sim_village *village = &sim->village[v];
    shi_random r = shi_random_of(sim->seed, SHI_R_VILLAGE, v, 0, 0);
    double living = shi_random_chance(&r, p->hollow_villages) ? p->hollow_share : p->living_share * shi_random_between(&r, 0.75, 1.25);
    village->registered = at_least(shi_random_lognormal(&r, p->registered_median, p->registered_sigma), 40);
    village->incoming = (int64_t)((double)village->registered * p->incoming_share * shi_random_between(&r, 0, 2));
    village->residents = (int64_t)((double)village->registered * fmin(living, 1)) + village->incoming;
    village->cadres = (int64_t)p->cadres;
    village->persons = village->registered + village->incoming;
}

static uint8_t draw_age(const shi_parameters *p, shi_random *r)
{
    double u = shi_random_unit(r);
    if (u < p->share_over_60) return (uint8_t)(60 + shi_random_below(r, 30));
    if (u < p->share_over_60 + p->share_under_16) return (uint8_t)shi_random_below(r, 16);
    return (uint8_t)(16 + shi_random_below(r, 44));
}

/* Working adults go first when someone goes; elders and children stay. */
static void fill_village(shi_sim *sim, int64_t v, int32_t *household)
{
    const shi_parameters *p = &sim->p;
    shi_sim_village *village = &sim->village[v];
    shi_random r = shi_random_of(sim->seed, SHI_R_VILLAGE, v, 1, 0);
    int64_t away = village->registered - (village->residents - village->incoming), adults = 0, left = 0, first = *household;
    double destination_weight = 0;
    for (int d = 1; d <= (int)p->destinations; d++) destination_weight += 1.0 / d;
    for (int64_t i = 0; i < village->persons; i++) {
        shi_sim_person *x = &sim->person[village->first_person + i];
        if (left == 0) {
            left = 1 + shi_random_poisson(&r, p->household_size - 1);
            ++*household;
        }
        left--;
        *x = (shi_sim_person){ .village = (int32_t)v, .household = *household - 1, .age = draw_age(p, &r), .incoming = i >= village->registered };
        double has = x->age >= 60 ? p->phone_share_over_60 : x->age >= 16 ? p->phone_share_adult : x->age >= 13 ? 0.4 : 0;
        x->phone = shi_random_chance(&r, has);
        adults += !x->incoming && x->age >= 16 && x->age < 60;
    }
    double leaves = adults ? fmin(1, 0.85 * (double)away / (double)adults) : 0;
    double others = village->registered > adults ? fmin(1, ((double)away - leaves * (double)adults) / (double)(village->registered - adults)) : 0;
    int64_t cadres = village->cadres;
    for (int64_t i = 0; i < village->persons; i++) {
        shi_sim_person *x = &sim->person[village->first_person + i];
        bool adult = x->age >= 16 && x->age < 60;
        double u = shi_random_unit(&r) * destination_weight;
        x->away = !x->incoming && shi_random_chance(&r, adult ? leaves : others);
        for (int d = 1; d <= (int)p->destinations && u > 0; d++) {
            u -= 1.0 / d;
            x->destination = (uint8_t)(d - 1);
        }
        if (cadres > 0 && !x->away && x->age >= 25 && x->age < 60) {
            x->cadre = x->phone = true;
            cadres--;
        }
    }
    village->households = *household - first;
}

shi_err shi_sim_people(shi_sim *sim)
{
    int32_t household = 0;
    for (int64_t v = 0; v < sim->villages; v++) {
        size_village(sim, v);
        sim->village[v].first_person = sim->persons;
        sim->persons += sim->village[v].persons;
    }
    SHI_TRY(shi_arena_open(sim->persons * (int64_t)sizeof(shi_sim_person) + (1 << 16), &sim->people));
    sim->person = shi_new(&sim->people, shi_sim_person, sim->persons);
    if (!sim->person) return shi_no_memory();
    for (int64_t v = 0; v < sim->villages; v++) {
        const shi_sim_village *village = &sim->village[v];
        fill_village(sim, v, &household);
        int64_t people = village->residents > village->registered ? village->residents : village->registered;
        for (int32_t u = village->unit; u >= 0; u = sim->unit[u].parent) sim->unit[u].people += people;
    }
    return (shi_err){ 0 };
}

/* ---- numbers, devices, addresses ---- */

enum { BLOCKS = 64, OF_BLOCK = 10000 };

/* A local number: one of the county's blocks of seven digits, and four digits, met by steps that share no factor with their number, so that
 * neighbours in the register are no neighbours in number and no two people have one. Some migrants have a number of where they work. */
uint64_t shi_sim_phone(const shi_sim *sim, int64_t person)
{
    static const uint64_t HEADS[] = { 138, 139, 150, 151, 158, 159, 187, 188, 130, 131, 186, 133, 189, 153, 177, 199 };
    const shi_sim_person *x = &sim->person[person];
    uint64_t blocks = (uint64_t)(sim->persons / (OF_BLOCK / 4) + BLOCKS), all = blocks * OF_BLOCK, step = 7368787;   /* a prime */
    bool far = x->away && shi_sim_unit_of(sim, SHI_R_PHONE, person, 0, 0) < 0.3;
    uint64_t at = ((uint64_t)person * step + sim->seed % all) % all, block = at / OF_BLOCK;
    uint64_t where = far ? shi_sim_hash(sim, SHI_R_PHONE, x->village, x->destination, 1) % 9000 + 1000
                         : (shi_sim_hash(sim, SHI_R_PHONE, -1, 0, 2) % 9000 + 1000 + block / 16) % 10000;
    return (HEADS[block % 16] * 10000 + where) * 10000 + at % OF_BLOCK;
}

/* How often the person has had a new phone by the month. */
static int64_t generation(const shi_sim *sim, int64_t person, int32_t month)
{
    int64_t g = 0;
    for (int32_t m = 0; m <= month; m++) g += shi_sim_unit_of(sim, SHI_R_DEVICE, person, m, 1) < sim->p.new_phone;
    return g;
}

uint64_t shi_sim_device(const shi_sim *sim, int64_t person, int32_t month)
{
    return shi_sim_hash(sim, SHI_R_DEVICE, person, generation(sim, person, month), 0);
}

uint64_t shi_sim_fingerprint(const shi_sim *sim, int64_t village)
{
    return shi_sim_hash(sim, SHI_R_DEVICE, village, -1, 2);
}

/* Public IPv4 by a hash: first octets that Chinese carriers hold, none of them reserved. */
static uint64_t ipv4(uint64_t net, uint64_t host)
{
    static const uint64_t FIRST[] = { 36, 39, 42, 58, 60, 106, 111, 112, 114, 117, 120, 123, 171, 182, 183, 218, 221, 223 };
    return FIRST[net % COUNT(FIRST)] << 24 | (net >> 8 & 255) << 16 | (host >> 8 & 255) << 8 | (1 + (host & 255) % 254);
}

/* Behind one carrier's translators: a few addresses a village and day, of the town's nets. */
uint64_t shi_sim_carrier(const shi_sim *sim, int64_t village, int64_t day, uint64_t pick)
{
    uint64_t most = (uint64_t)sim->p.carrier_addresses, n = 1 + shi_sim_hash(sim, SHI_R_ADDRESS, village, 0, 1) % most;
    uint64_t net = shi_sim_hash(sim, SHI_R_ADDRESS, sim->unit[sim->village[village].unit].parent, 0, 2);
    return ipv4(net, shi_sim_hash(sim, SHI_R_ADDRESS, village, day, 16 + (int64_t)(pick % n)));
}

uint64_t shi_sim_home(const shi_sim *sim, int64_t household, int64_t village, int32_t month)
{
    uint64_t net = shi_sim_hash(sim, SHI_R_ADDRESS, sim->unit[sim->village[village].unit].parent, 0, 3);
    return UINT64_C(0x24088000) << 32 | (net & 0xffff) << 16 | (shi_sim_hash(sim, SHI_R_ADDRESS, household, month, 4) & 0xffff)
         | ((uint64_t)household % 4096 << 36);
}

uint64_t shi_sim_office(const shi_sim *sim, int64_t village)
{
    uint64_t net = shi_sim_hash(sim, SHI_R_ADDRESS, sim->unit[sim->village[village].unit].parent, 0, 5);
    return ipv4(net, shi_sim_hash(sim, SHI_R_ADDRESS, village, 0, 6));
}

uint64_t shi_sim_city(const shi_sim *sim, int64_t village, int destination, uint64_t pick)
{
    /* townships send their people to the same cities */
    int64_t town = sim->unit[sim->village[village].unit].parent;
    return ipv4(shi_sim_hash(sim, SHI_R_ADDRESS, town, destination, 7), pick);
}

uint64_t shi_sim_anywhere(uint64_t pick)
{
    return ipv4(pick >> 16, pick >> 40);
}

int32_t shi_sim_month_of(const shi_sim *sim, int64_t at_s)
{
    int64_t day = at_s / 86400;
    int32_t m = -1;
    while (m + 1 < sim->months && day >= sim->month_day[m + 1]) m++;
    return m;
}
