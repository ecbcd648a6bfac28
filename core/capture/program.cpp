#include "core/capture/program.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace heapprof {
namespace {

using Words = std::vector<std::string>;

std::string_view fileOf(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1);
}

Words joined(Words first, const Words& all, std::size_t from) {
    for (std::size_t i = from; i < all.size(); ++i) first.push_back(all[i]);
    return first;
}

/// "python", "python3.13t", "pypy3", or whatever else was recorded as the interpreter.
bool isInterpreter(const std::string& word, const std::string& executable) {
    if (!executable.empty() && word == executable) return true;
    std::string_view name = fileOf(word);
    if (!name.starts_with("python") && !name.starts_with("pypy")) return false;
    name.remove_prefix(name.starts_with("python") ? 6 : 4);
    return name.find_first_not_of("0123456789.dtmu") == std::string_view::npos;
}

/// "pytest" of ".../site-packages/pytest/__main__.py", which is what a package that is run by its name sees as its
/// program; empty where that is not certain.
std::string packageOf(std::string_view path) {
    constexpr std::string_view kMain = "/__main__.py";
    if (!path.ends_with(kMain)) return {};
    path.remove_suffix(kMain.size());
    for (const std::string_view root : {"/site-packages/", "/dist-packages/"}) {
        const std::size_t found = path.rfind(root);
        if (found == std::string_view::npos) continue;
        std::string package(path.substr(found + root.size()));
        std::ranges::replace(package, '/', '.');
        return package;
    }
    const std::size_t library = path.rfind("/lib/python");
    return library == std::string_view::npos ? std::string() : std::string(fileOf(path));
}

Words ofScript(const Words& arguments, std::size_t at) {
    const std::string& script = arguments[at];
    if (script.empty()) return {"python"};
    if (script == "-" || script == "-c" || script == "-m") return joined({"python", script}, arguments, at + 1);
    if (const std::string package = packageOf(script); !package.empty())
        return joined({"python", "-m", package}, arguments, at + 1);
    const std::string_view file = fileOf(script);
    if (file != "__main__.py" || file.size() == script.size()) return joined({std::string(file)}, arguments, at + 1);
    const std::string_view folder = fileOf(std::string_view(script).substr(0, script.size() - file.size()));
    return joined({std::string(folder) + "/__main__.py"}, arguments, at + 1);
}

/// What the interpreter was asked for, and by which option: 'c', 'm', or none for a script.
struct Asked {
    Words words;
    std::string code;  ///< with -c
};

Asked askedOf(const Words& arguments) {
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word.size() < 2 || word[0] != '-') return {ofScript(arguments, i), {}};
        if (word.starts_with("--")) {
            i += word == "--check-hash-based-pycs";
            continue;
        }
        const std::size_t option = word.find_first_of("cmWX", 1);  // options without a value may stand before it
        if (option == std::string::npos) continue;
        const bool isNext = option + 1 == word.size();  // the value is the next word, or the rest of this one
        i += isNext;
        if (word[option] == 'W' || word[option] == 'X') continue;
        const std::string value = !isNext ? word.substr(option + 1) : i < arguments.size() ? arguments[i] : "";
        Asked asked{joined({"python", std::string("-") + word[option], value}, arguments, i + 1), {}};
        if (word[option] == 'c') asked.code = value;
        return asked;
    }
    return {{"python"}, {}};
}

/// The file that multiprocessing's own call names as the program's.
std::string mainFileOf(std::string_view code) {
    for (const std::string_view key : {"'main_path': '", "'init_main_from_path': '"}) {
        const std::size_t found = code.find(key);
        if (found == std::string_view::npos) continue;
        code.remove_prefix(found + key.size());
        return std::string(fileOf(code.substr(0, code.find('\''))));
    }
    return {};
}

/// Whether it did what a forkserver does only in the processes that it makes.
bool hasServed(const TraceTable& traces) {
    for (std::uint32_t i = 1; i < traces.functionCount(); ++i) {
        const Function& function = traces.function(FunctionIndex(i));
        if (traces.string(function.name) == "_serve_one" &&
            traces.string(function.file).ends_with("multiprocessing/forkserver.py"))
            return true;
    }
    return false;
}

std::optional<Program::Role> roleOf(const std::string& code, const TraceTable& traces) {
    const auto calls = [&](const char* module) {
        return code.find(std::string("from multiprocessing.") + module + " import ") != std::string::npos;
    };
    if (calls("resource_tracker") || calls("semaphore_tracker")) return Program::Role::ResourceTracker;
    if (calls("spawn")) return Program::Role::Worker;
    if (!calls("forkserver")) return std::nullopt;
    return hasServed(traces) ? Program::Role::Worker : Program::Role::Forkserver;
}

}  // namespace

Program programOf(const CaptureInfo& info) {
    if (!info.metadata.process || info.metadata.process->arguments.empty()) return {};
    const Words& arguments = info.metadata.process->arguments;
    if (!isInterpreter(arguments.front(), info.metadata.process->executable))
        return {Program::Role::Own, ofScript(arguments, 0), {}};
    Asked asked = askedOf(arguments);
    if (const auto role = roleOf(asked.code, *info.traces)) return {*role, {}, mainFileOf(asked.code)};
    return {Program::Role::Own, std::move(asked.words), {}};
}

}  // namespace heapprof
