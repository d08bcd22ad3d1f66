//! Rules that need to understand Rust: length of functions, `unwrap`, `todo!`, where SQL may stand.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::Finding;

const MAX_FUNCTION_LINES: usize = 70;
const SQL_MACROS: [&str; 6] = ["query", "query_as", "query_scalar", "query_file", "query_file_as", "query_unchecked"];
/// `source` may hold the statements about slots, publication and snapshot.
const SQL_HOMES: [&str; 4] = ["crates/warehouse/", "crates/operational/", "crates/source/", "crates/testkit/"];

pub fn check(path: &str, text: &str) -> Vec<Finding> {
    match syn::parse_file(text) {
        Ok(file) => {
            let in_tests = path.contains("/tests/") || path.contains("/testkit/") || path.contains("/benches/");
            let mut visitor = Visitor { path, in_tests, findings: Vec::new() };
            visitor.visit_file(&file);
            visitor.findings
        }
        Err(error) => vec![Finding::new(path, error.span().start().line, format!("not Rust: {error}"))],
    }
}

struct Visitor<'a> {
    path: &'a str,
    in_tests: bool,
    findings: Vec<Finding>,
}

impl Visitor<'_> {
    fn add(&mut self, span: Span, message: impl Into<String>) {
        self.findings.push(Finding::new(self.path, span.start().line, message));
    }

    fn check_length(&mut self, name: &syn::Ident, block: &syn::Block) {
        let lines = block.span().end().line + 1 - name.span().start().line;
        if lines > MAX_FUNCTION_LINES {
            self.add(name.span(), format!("`{name}` has {lines} lines, at most {MAX_FUNCTION_LINES}: split it"));
        }
    }

    fn within(&mut self, is_test: bool, walk: impl FnOnce(&mut Self)) {
        let before = self.in_tests;
        self.in_tests |= is_test;
        walk(self);
        self.in_tests = before;
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.within(is_test(&item.attrs), |visitor| visit::visit_item_mod(visitor, item));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.check_length(&item.sig.ident, &item.block);
        self.within(is_test(&item.attrs), |visitor| visit::visit_item_fn(visitor, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.check_length(&item.sig.ident, &item.block);
        self.within(is_test(&item.attrs), |visitor| visit::visit_impl_item_fn(visitor, item));
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "unwrap" && call.args.is_empty() && !self.in_tests {
            self.add(call.method.span(), "`unwrap()` outside tests: handle it, or `expect` with the invariant");
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let names: Vec<String> = call.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let last = names.last().map_or("", String::as_str);
        if last == "todo" {
            self.add(call.span(), "`todo!`: do it or leave it to an issue");
        }
        let is_sql = SQL_MACROS.contains(&last) && (names.len() == 1 || names[0] == "sqlx");
        if is_sql && !self.in_tests && !SQL_HOMES.iter().any(|home| self.path.starts_with(home)) {
            self.add(call.span(), "SQL stands in crates/warehouse and crates/operational only");
        }
        visit::visit_macro(self, call);
    }
}

/// `#[cfg(test)]`, `#[test]`, `#[tokio::test]`.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last().map(|segment| segment.ident.to_string());
        match last.as_deref() {
            Some("test") => true,
            Some("cfg") => attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "test"),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(path, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unwrap_is_for_tests() {
        let code = "fn f() {\n    x.unwrap();\n}\n#[cfg(test)]\nmod tests {\n    fn g() { x.unwrap(); }\n}\n#[tokio::test]\nasync fn t() { x.unwrap(); }\n";
        let found = messages("crates/a/src/lib.rs", code);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/a/src/lib.rs:2:"), "{found:?}");
        assert!(messages("crates/a/tests/t.rs", code).is_empty());
        assert!(messages("crates/a/src/lib.rs", "fn f() { x.unwrap_or(1); }").is_empty());
    }

    #[test]
    fn long_functions_are_found_in_impls_too() {
        let body = |lines: usize| format!("impl A {{\n    fn f() {{\n{}    }}\n}}\n", "        g();\n".repeat(lines));
        assert!(messages("a.rs", &body(MAX_FUNCTION_LINES - 2)).is_empty());
        assert!(messages("a.rs", &body(MAX_FUNCTION_LINES - 1))[0].contains("`f` has 71 lines"));
    }

    #[test]
    fn sql_has_its_homes() {
        let code = "fn f() { sqlx::query!(\"select 1\"); }";
        assert_eq!(messages("server/src/a.rs", code).len(), 1);
        assert!(messages("crates/warehouse/src/a.rs", code).is_empty());
        assert!(messages("server/src/a.rs", "fn f() { other::query!(\"select 1\"); }").is_empty());
    }

    #[test]
    fn open_work_and_broken_code_are_found() {
        assert_eq!(messages("a.rs", "fn f() { todo!() }").len(), 1);
        assert!(messages("a.rs", "fn {")[0].contains("not Rust"));
    }
}
