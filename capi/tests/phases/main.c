/* Runs the phases that are named, or all of them. */
#include "peer.h"
#include "phases.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

#define DECLARE(phase) void phase(void);
PHASES(DECLARE)

static const struct {
    const char *name;
    void (*run)(void);
} phases[] = {
#define ROW(phase) {#phase, phase},
    PHASES(ROW)};

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--peer") == 0) {
        return peer_main(argc, argv);
    }
    for (size_t at = 0; at < sizeof phases / sizeof phases[0]; at++) {
        if (argc > 1 && strcmp(argv[1], "--list") == 0) {
            puts(phases[at].name);
            continue;
        }
        bool wanted = argc == 1;
        for (int name = 1; name < argc; name++) {
            wanted |= strcmp(argv[name], phases[at].name) == 0;
        }
        if (wanted) {
            check_row("");
            phases[at].run();
            remove_folder();
            free_kept();
            printf("ok %s\n", phases[at].name);
        }
    }
    return 0;
}
