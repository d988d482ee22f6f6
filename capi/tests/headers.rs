//! The headers: every one compiles alone, without a warning, in every version of C and C++ that programs use.

use std::fs;

use crate::library::{compiler, files, is_there, package, scratch, skipped, succeed};

#[track_caller]
fn check(program: &str, ending: &str, standards: &[&str]) {
    if !is_there(program) {
        return skipped("headers", &format!("there is no {program}"));
    }
    let folder = scratch(&format!("headers-{}", program.replace('+', "p")));
    for header in files(&package().join("include"), "h") {
        let name = header.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let source = folder.join(&name).with_extension(ending);
        // Twice: a header may be included by several others.
        fs::write(&source, format!("#include \"{name}\"\n#include \"{name}\"\nint main(void) {{ return 0; }}\n"))
            .expect("a file can be written");
        for standard in standards {
            succeed(compiler(program, standard).args(["-pedantic", "-fsyntax-only"]).arg(&source));
        }
    }
}

#[test]
fn they_are_c() {
    check("cc", "c", &["c99", "c11", "c17"]);
    check("clang", "c", &["c99", "c17"]);
}

#[test]
fn they_are_cpp() {
    check("c++", "cpp", &["c++11", "c++17", "c++20"]);
    check("clang++", "cpp", &["c++11", "c++20"]);
}

#[test]
fn names_are_used_as_in_the_documents_of_the_api() {
    let source = scratch("headers-use").join("use.cpp");
    let program = r#"
        #include "TIMCloud.h"
        #include <string>
        int use(enum TIMConvType type, TIMReceiveMessageOpt opt) {
            const std::string key = std::string("[") + kTIMMsgElemArray + "]";
            const char* const old_and_new[] = {kTIMSetConfigCackBackLogLevel, kTIMSetConfigCallbackLogLevel, kTIMLocationElemlatitude, kTIMLocationElemLatitude};
            static_assert(ERR_SUCC == 0 && TIM_SUCC == 0 && TIMElemType::kTIMElem_Text == 0 && kTIMElem_Merge == 12, "");
            TIMCommCallback callback = [](int32_t, const char*, const char*, const void*) {};
            return TIMMsgSetC2CReceiveMessageOpt(key.c_str(), opt, callback, nullptr) + type + (old_and_new[0] == old_and_new[1]);
        }
    "#;
    fs::write(&source, program).expect("a file can be written");
    succeed(compiler("c++", "c++11").arg("-fsyntax-only").arg(&source));
}
