# SPDX-License-Identifier: MIT
# Finds what a library inside somebody else's process must not do, and clocks that such a process may fake. Use after
# code_only.awk.

FNR == 1 { forget_state() }

{
    line = code_only($0)
    if (line ~ /(^|[^A-Za-z0-9_.>])_?_?(abort|exit|_exit|quick_exit|terminate)[ \t]*\(/)
        print FILENAME ":" FNR ": the library never ends its process; throw an Error"
    if (line ~ /(^|[^A-Za-z0-9_])(cout|cerr|clog)([^A-Za-z0-9_]|$)/ ||
        line ~ /(^|[^A-Za-z0-9_])(printf|fprintf|puts|putchar|perror)[ \t]*\(/)
        print FILENAME ":" FNR ": the library never prints; throw an Error or return the text"
    if (FILENAME !~ /^ipc\/machine_clock\.cpp$/ &&
        line ~ /(_clock|Clock)::now[ \t]*\(|(^|[^A-Za-z0-9_])(clock_gettime|gettimeofday)[ \t]*\(/)
        print FILENAME ":" FNR ": the process may see another clock than the machine's; ask ipc/machine_clock.hpp"
    if (line ~ /(^|[^A-Za-z0-9_])(weakly_canonical|canonical|current_path|get_current_dir_name|strdup|asprintf|getline|getdelim)[ \t]*\(/ &&
        line !~ /std::getline/)
        print FILENAME ":" FNR ": the C library's malloc may not be ours (RTLD_DEEPBIND); give it a buffer"
}
