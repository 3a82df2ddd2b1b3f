// SPDX-License-Identifier: MIT
// What a process is called, by its command line.
#include <boost/test/unit_test.hpp>

#include <initializer_list>

#include "ipc/process/program_name.hpp"

using dummycache::ipc::program_of;

namespace {

std::string named(std::initializer_list<const char*> words) {
    std::string line;
    for (const char* const word : words) line.append(word).push_back('\0');
    return program_of(line);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_program_name)

BOOST_AUTO_TEST_CASE(a_program_is_called_by_the_last_part_of_its_path) {
    BOOST_TEST(named({"/usr/bin/redis-server", "*:6379"}) == "redis-server");
    BOOST_TEST(named({"./build/tests", "--run_test=a"}) == "tests");
    BOOST_TEST(named({"dummycache"}) == "dummycache");
    BOOST_TEST(named({"/usr/bin/redis-server unixsocket:/tmp/x/socket"}) == "redis-server");
    BOOST_TEST(named({"nginx: worker process"}) == "nginx:");
    BOOST_TEST(named({}) == "");
}

BOOST_AUTO_TEST_CASE(an_interpreter_is_called_by_its_script) {
    BOOST_TEST(named({"/usr/bin/python3", "/usr/bin/pytest", "-n", "4"}) == "pytest");
    BOOST_TEST(named({"python3.11", "manage.py", "runserver", "8000"}) == "python manage.py runserver");
    BOOST_TEST(named({"python", "/srv/app/worker.py", "--queue", "mail"}) == "python worker.py");
    BOOST_TEST(named({"python3", "-u", "-m", "celery", "worker"}) == "celery");
    BOOST_TEST(named({"ruby", "bin/rails", "server"}) == "rails");
    BOOST_TEST(named({"node", "/app/node_modules/.bin/jest"}) == "jest");
    BOOST_TEST(named({"php", "artisan", "queue:work"}) == "artisan");
    BOOST_TEST(named({"bash", "./run.sh"}) == "bash run.sh");
}

BOOST_AUTO_TEST_CASE(an_interpreter_without_a_script_is_called_by_its_own_name) {
    BOOST_TEST(named({"python3", "-c", "import dummycache"}) == "python3");
    BOOST_TEST(named({"/bin/bash"}) == "bash");
    BOOST_TEST(named({"python3", "-"}) == "python3");
    BOOST_TEST(named({"node", "-e", "1"}) == "node");
    BOOST_TEST(named({"python3", "-m"}) == "python3");
}

BOOST_AUTO_TEST_CASE(this_process_has_a_name) { BOOST_TEST(!dummycache::ipc::program_name().empty()); }

BOOST_AUTO_TEST_SUITE_END()
