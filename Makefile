# Shishu's build: plain GNU Make. `make help` lists the targets. `make` alone never installs anything.
#
#   make                 build/shishu, build/libshishu.a, build/libshishu.so, man pages, completions, translations
#   make SAN=1           the same in build/san, with address and undefined-behaviour sanitizers
#   make V=1             shows the whole commands
#   make CC=clang        (Debian: clang libomp-14-dev libclang-rt-14-dev)
#   make PREFIX=… DESTDIR=… install
VERSION := $(shell sed -n 's/^.define SHI_VERSION "\(.*\)"/\1/p' include/shishu/base.h)
PREFIX  ?= /usr/local
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))

OUT    := build
CFLAGS ?= -O2
ifeq ($(SAN),1)
OUT    := build/san
CFLAGS  = -O1 -g
MODE   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
ifeq ($(FUZZ),1)
OUT    := build/fuzz
CC     := clang
CFLAGS  = -O1 -g
MODE   := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

# Rooms from the ground up; layers.sh checks that includes point down only. All but cli are the library.
ROOMS    := base stat kernel table store rules chain field report serve simulate cli
SRC      := $(wildcard $(ROOMS:%=src/%/*.c))
# The report's style sheet and the files of the page become constants: web/page.js is, in C,
#   extern const unsigned char shi_asset_page_js[];  extern const unsigned long shi_asset_page_js_len;
# (a NUL follows, not counted; every other character than a letter or digit is _).
ASSETS   := $(wildcard src/report/*.css web/*.css web/*.js web/*.svg web/*.webmanifest)
LIB_OBJ  := $(patsubst src/%.c,$(OUT)/obj/%.o,$(filter-out src/cli/%,$(SRC))) $(ASSETS:%=$(OUT)/gen/%.o)
CLI_OBJ  := $(patsubst src/%.c,$(OUT)/obj/%.o,$(filter-out src/cli/main.c src/cli/docs.c,$(filter src/cli/%,$(SRC))))
# Tests see everything: the library, and cli without its main. Files not named *_test.c are their helpers.
TEST_SRC := $(wildcard tests/unit/*_test.c tests/stat/*_test.c)
TESTS    := $(TEST_SRC:tests/unit/%.c=$(OUT)/tests/%)
TESTS    := $(TESTS:tests/stat/%.c=$(OUT)/tests/stat/%)
TEST_LIB := $(patsubst %.c,$(OUT)/obj/%.o,$(filter-out $(TEST_SRC),$(wildcard tests/lib/*.c tests/unit/*.c tests/stat/*.c)))
# Workbooks that tests read: made by a program, so that what is on each sheet can be read in its source.
BOOKS    := $(patsubst tests/books/%.c,$(OUT)/tests/%,$(wildcard tests/books/*.c))
BENCHES  := $(patsubst bench/%.c,$(OUT)/bench/%,$(wildcard bench/*.c))
FUZZERS  := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))

PROGRAMS := $(patsubst src/cli/main.c,$(OUT)/shishu,$(wildcard src/cli/main.c))
DOCS     := $(if $(MODE),,$(patsubst src/cli/docs.c,$(OUT)/docs.done,$(wildcard src/cli/docs.c)))
CATALOGS := $(patsubst po/%.po,$(OUT)/locale/%/LC_MESSAGES/shishu.mo,$(wildcard po/*.po))
DUCKDB   := build/deps/lib/libduckdb.so build/deps/include/duckdb.h

PACKAGES := libmicrohttpd libsodium sqlite3 libzip expat jansson libutf8proc inih libzstd zlib libpq libmariadb xlsxwriter libRmath igraph
WARN     := -Werror -Wall -Wextra -Wconversion -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
            -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef
CPP      := -D_POSIX_C_SOURCE=200809L -Iinclude -Isrc -isystem build/deps/include \
            $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I $(PACKAGES) 2>/dev/null)) $(CPPFLAGS)
COMPILE   = $(CC) -std=c11 $(CPP) $(CFLAGS) -fopenmp -fvisibility=hidden -ffp-contract=off -fPIC $(WARN) $(MODE)
LIBS     := -Lbuild/deps/lib -lduckdb $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -lpthread
# Where a program in build, build/san, build/tests or PREFIX/bin finds libduckdb.so.
RPATH    := -Wl,-rpath,'$$ORIGIN/deps/lib:$$ORIGIN/../deps/lib:$$ORIGIN/../../deps/lib:$$ORIGIN/../../../deps/lib:$$ORIGIN/../lib/shishu'
PARTS     = $(filter %.o,$^) $(filter %.a,$^)
LINK      = $(CC) $(CFLAGS) -fopenmp $(MODE) $(LDFLAGS) -o $@
SUBMAKE   = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

say       = $(if $(V),,@echo '$1 $@' &&)

.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all tests demo test coverage-sim check layers headers symbols i18n size style golden bench fuzz san po fuzzers install uninstall clean help FORCE

all: $(OUT)/libshishu.a $(OUT)/libshishu.so $(PROGRAMS) $(DOCS) $(CATALOGS) $(OUT)/rules   ## build everything (default)
tests: all $(TESTS) $(BOOKS)                     ## build the test programs, without running them
san:                                    ## build everything with sanitizers, in build/san
	+@$(SUBMAKE) SAN=1 tests
demo:                                   ## set up, build, audit an example and print the summary
	@setup/install.sh
	+@$(SUBMAKE) all
	@examples/demo.sh
test:                                   ## set up, build plain and with sanitizers, run every test
	@setup/install.sh
	+@tests/run.sh
coverage-sim: all $(filter $(OUT)/tests/stat/%,$(TESTS))   ## simulate 2,000 populations a design and more: the figures of docs/methods.md
	@failed=0; for t in $(filter $(OUT)/tests/stat/%,$(TESTS)); do SHISHU_SIM=full CMOCKA_MESSAGE_OUTPUT=TAP $$t || failed=1; done; exit $$failed
check:                                  ## only the checks of tests/check (also one by one: layers, headers, …)
	+@tests/run.sh check
layers headers symbols i18n size style:
	+@tests/run.sh check/$@
golden:                                 ## rewrite tests/cli/golden from what the program prints; read the diff
	+@GOLDEN=1 tests/run.sh cli
bench: all $(BENCHES)                   ## build the benches and run them
	$(if $(wildcard bench/run.sh),bench/run.sh,@echo 'no bench/run.sh yet')
fuzz:                                   ## run each fuzzer for FUZZ_SECONDS (60), with clang
	+@$(SUBMAKE) FUZZ=1 fuzzers
	@for f in $(FUZZERS); do n=$${f##*/}; mkdir -p tests/fuzz/corpus/$$n; echo "fuzz $$n"; $$f -max_total_time=$(or $(FUZZ_SECONDS),60) \
	  -artifact_prefix=build/fuzz/$$n- tests/fuzz/corpus/$$n || exit 1; done
fuzzers: $(FUZZERS)

# ---- objects and libraries ----
# Each of these files holds a text and changes only with it: new flags rebuild all, a new or deleted source rebuilds the library.
$(OUT)/flags: NOW = $(COMPILE) $(LINK) $(LIBS)
$(OUT)/list: NOW = $(LIB_OBJ) $(CLI_OBJ)
$(OUT)/flags $(OUT)/list: FORCE
	@mkdir -p $(@D); echo $(call quote,$(NOW)) | cmp -s - $@ || { $(if $(filter %/flags,$@),$(usable) &&) echo $(call quote,$(NOW)) >$@; }
quote  = '$(subst ','\'',$1)'
usable = { pkg-config --exists --print-errors $(PACKAGES) && echo 'int main(void) { return 0; }' | $(LINK:$@=/dev/null) -x c - || \
    { echo 'A library, or OpenMP or the sanitizers of $(CC), is missing: run setup/install.sh' \
      '(clang on Debian also needs libomp-14-dev and libclang-rt-14-dev)' >&2; exit 1; }; }
$(DUCKDB):
	@echo 'DuckDB is missing: run setup/install.sh' >&2; exit 1

$(OUT)/obj/%.o: src/%.c $(OUT)/flags build/deps/include/duckdb.h
	@mkdir -p $(@D)
	$(call say,cc) $(COMPILE) -MMD -MP -c -o $@ $<
$(OUT)/obj/tests/%.o: tests/%.c $(OUT)/flags build/deps/include/duckdb.h
	@mkdir -p $(@D)
	$(call say,cc) $(COMPILE) -Itests/lib -MMD -MP -c -o $@ $<
$(OUT)/gen/%.c: % Makefile
	@mkdir -p $(@D)
	@n=shi_asset_$$(printf %s '$(*F)' | tr -c 'A-Za-z0-9' _); printf '__asm__(%s);\n' "$$(printf '"%s\\n"\n' '.pushsection .rodata' \
	  ".globl $$n" ".hidden $$n" ".globl $${n}_len" ".hidden $${n}_len" '.balign 16' "$$n: .incbin \\\"$<\\\"" '1: .byte 0' \
	  '.balign 8' "$${n}_len: .quad 1b - $$n" .popsection)" >$@
$(OUT)/gen/%.o: $(OUT)/gen/%.c % $(OUT)/flags
	$(call say,cc) $(COMPILE) -c -o $@ $<

$(OUT)/libshishu.a: $(LIB_OBJ) $(OUT)/list
	@rm -f $@
	$(call say,ar) ar rcs $@ $(LIB_OBJ)
$(OUT)/libshishu.so: $(LIB_OBJ) $(OUT)/list $(DUCKDB)
	$(call say,link) $(LINK).0 -shared -Wl,-soname,libshishu.so.0 $(if $(MODE),,-Wl,-z,defs) $(RPATH):'$$ORIGIN/shishu' $(LIB_OBJ) $(LIBS)
	@ln -sf libshishu.so.0 $@
$(OUT)/cli.a: $(CLI_OBJ) $(OUT)/list
	@rm -f $@
	$(call say,ar) ar rcs $@ $(CLI_OBJ)

# ---- programs ----
$(OUT)/shishu: $(OUT)/obj/cli/main.o
$(OUT)/shishu-docs: $(OUT)/obj/cli/docs.o
$(OUT)/shishu $(OUT)/shishu-docs: $(OUT)/cli.a $(OUT)/libshishu.a $(DUCKDB)
	$(call say,link) $(LINK) $(RPATH) $(PARTS) $(LIBS)
$(TESTS): $(OUT)/tests/%: $(TEST_LIB) $(OUT)/cli.a $(OUT)/libshishu.a $(DUCKDB)
	@mkdir -p $(@D)
	$(call say,link) $(LINK) $(RPATH) $(PARTS) $(LIBS) -lcmocka $(if $(filter %/xls_test,$@),-lfreexl)
$(BOOKS): $(OUT)/tests/%: $(OUT)/obj/tests/books/%.o
	@mkdir -p $(@D)
	$(call say,link) $(LINK) $(PARTS) -lxlsxwriter
$(filter-out $(OUT)/tests/stat/%,$(TESTS)): $(OUT)/tests/%: $(OUT)/obj/tests/unit/%.o
$(filter $(OUT)/tests/stat/%,$(TESTS)): $(OUT)/tests/%: $(OUT)/obj/tests/%.o
$(OUT)/bench/%: bench/%.c $(OUT)/libshishu.a $(OUT)/flags $(DUCKDB)
	@mkdir -p $(@D)
	$(call say,cc) $(COMPILE) $(LDFLAGS) -MMD -MP -o $@ $< $(RPATH) $(OUT)/libshishu.a $(LIBS)
$(FUZZERS): build/fuzz/%: build/fuzz/obj/tests/fuzz/%.o $(OUT)/cli.a $(OUT)/libshishu.a $(DUCKDB)
	$(call say,link) $(LINK) -fsanitize=fuzzer $(RPATH) $(PARTS) $(LIBS)

# ---- man pages, completions, translations ----
$(OUT)/docs.done: $(OUT)/shishu-docs
	@rm -rf $(OUT)/man; mkdir -p $(OUT)/man $(OUT)/completions
	$(call say,docs) $< man $(OUT)/man
	@$< completion bash >$(OUT)/completions/shishu
	@$< completion zsh >$(OUT)/completions/_shishu
	@$< completion fish >$(OUT)/completions/shishu.fish
	@touch $@
$(OUT)/locale/%/LC_MESSAGES/shishu.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,msgfmt) msgfmt --check -o $@ $<
POT = po/shishu.pot
# A program finds locale/ and rules/ beside it, or (installed) in ../share/locale and ../share/shishu/rules.
$(OUT)/rules:
	@mkdir -p $(@D); ln -sfn $(abspath rules) $@
po: $(POT)                              ## collect texts to translate and merge them into po/*.po
	@for f in po/*.po; do msgmerge -q --update --backup=none --no-wrap --no-fuzzy-matching $$f $< && \
	  msgattrib --no-obsolete --no-wrap -o $$f $$f; done
$(POT): FORCE
	@xgettext --from-code=UTF-8 --keyword=N_ --keyword=tr:2 --package-name=shishu --no-wrap --add-location=file \
	  -o $@ $(sort $(SRC) $(wildcard include/shishu/*.h src/*/*.h)) && sed -i '/^"POT-Creation-Date/d' $@

# ---- installing ----
D = $(DESTDIR)$(PREFIX)
SHARES = $(D)/share/man/man1/shishu*.1 $(D)/share/bash-completion/completions/shishu $(D)/share/zsh/site-functions/_shishu \
         $(D)/share/fish/vendor_completions.d/shishu.fish $(D)/share/locale/*/LC_MESSAGES/shishu.mo
install: all                            ## install below PREFIX (/usr/local), staged in DESTDIR
	install -d $(D)/bin $(D)/lib/pkgconfig $(D)/lib/shishu $(D)/include/shishu $(D)/share/shishu/rules $(D)/share/man/man1 \
	  $(D)/share/bash-completion/completions $(D)/share/zsh/site-functions $(D)/share/fish/vendor_completions.d
	$(if $(PROGRAMS),install $(OUT)/shishu $(D)/bin/)
	install -m 644 $(OUT)/libshishu.a $(OUT)/libshishu.so.0 $(D)/lib/
	ln -sf libshishu.so.0 $(D)/lib/libshishu.so
	install -m 644 build/deps/lib/libduckdb.so $(D)/lib/shishu/
	install -m 644 include/shishu/*.h $(D)/include/shishu/
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|; s|@LIBS@|$(filter-out -L%,$(LIBS))|' shishu.pc.in >$(D)/lib/pkgconfig/shishu.pc
	install -m 644 rules/*.csv rules/*.ini $(D)/share/shishu/rules/
	$(if $(DOCS),install -m 644 $(OUT)/man/*.1 $(D)/share/man/man1/)
	$(if $(DOCS),install -m 644 $(OUT)/completions/shishu $(D)/share/bash-completion/completions/)
	$(if $(DOCS),install -m 644 $(OUT)/completions/_shishu $(D)/share/zsh/site-functions/)
	$(if $(DOCS),install -m 644 $(OUT)/completions/shishu.fish $(D)/share/fish/vendor_completions.d/)
	$(foreach m,$(CATALOGS),install -D -m 644 $m $(D)/share/$(m:$(OUT)/%=%) &&) true
uninstall:                              ## remove what install put there
	rm -f $(D)/bin/shishu $(D)/lib/libshishu.a $(D)/lib/libshishu.so $(D)/lib/libshishu.so.0 $(D)/lib/pkgconfig/shishu.pc $(SHARES)
	rm -rf $(D)/lib/shishu $(D)/include/shishu $(D)/share/shishu

clean:                                  ## delete what was built, except build/deps
	find build -mindepth 1 -maxdepth 1 ! -name deps -exec rm -rf {} +
help:                                   ## this list
	@sed -n 's/^\([a-z-]*\):.*## */\1\t/p' Makefile | expand -t 14
print-%:
	@echo '$($*)'

-include $(patsubst %.o,%.d,$(LIB_OBJ) $(CLI_OBJ) $(TEST_LIB) $(OUT)/obj/cli/main.o $(OUT)/obj/cli/docs.o) $(BENCHES:=.d)
-include $(wildcard $(OUT)/obj/tests/*/*.d)
